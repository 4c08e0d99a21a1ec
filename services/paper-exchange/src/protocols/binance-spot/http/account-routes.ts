import { Refusal } from '../../../matching/refusal.ts';
import { firstRefusal } from '../../binance/parameters.ts';
import { type Balance, baseBalance, quoteBalance } from '../assets.ts';
import { refusals } from '../refusals.ts';
import { mandatoryMarket, readFault } from './order-routes.ts';
import { money, tradeView } from './order-view.ts';
import type { Route, SignedInput } from './route.ts';

const DAY_MS = 86_400_000;

const balanceView = ({ asset, free, locked }: Balance) => ({
  asset,
  free: money(free),
  locked: money(locked),
});

function account(input: SignedInput): object | Refusal {
  const faulty = readFault(input, 'balance');
  if (faulty) return faulty;
  const { exchange, account: owner, params } = input;
  const all = [
    quoteBalance(owner),
    ...[...exchange.venue.markets.values()].map((market) => baseBalance(owner, market)),
  ];
  const omit = params.boolean('omitZeroBalances');
  if (omit instanceof Refusal) return omit;
  const balances = omit ? all.filter(({ free, locked }) => !free.plus(locked).isZero()) : all;
  return {
    makerCommission: 10,
    takerCommission: 10,
    buyerCommission: 0,
    sellerCommission: 0,
    commissionRates: { maker: '0.00100000', taker: '0.00100000', buyer: '0.00000000', seller: '0.00000000' },
    canTrade: true,
    canWithdraw: true,
    canDeposit: true,
    brokered: false,
    requireSelfTradePrevention: false,
    preventSor: false,
    updateTime: input.now,
    accountType: 'SPOT',
    balances: balances.map(balanceView),
    permissions: ['SPOT'],
    uid: 1,
  };
}

/** By trade id, or by a time of a day at most; oldest first, without either the most recent ones. */
function myTrades(input: SignedInput): object | Refusal {
  const market = mandatoryMarket(input);
  if (market instanceof Refusal) return market;
  const faulty = readFault(input, 'trades');
  if (faulty) return faulty;
  const { params, account: owner } = input;
  const [fromId, startTime, endTime, limit] = ['fromId', 'startTime', 'endTime', 'limit'].map((name) =>
    params.integer(name),
  );
  const refused = firstRefusal(fromId, startTime, endTime, limit);
  if (refused) return refused;
  const [from, start, end] = [fromId, startTime, endTime] as (number | undefined)[];
  if (from !== undefined && (start !== undefined || end !== undefined)) return refusals.badCombination();
  if (start !== undefined && end !== undefined && end - start > DAY_MS) {
    return new Refusal(-1127, 'More than 24 hours between startTime and endTime.');
  }
  const found = owner.trades.filter(
    ({ symbol, id, time }) =>
      symbol === market.spec.symbol &&
      (from === undefined || id >= from) &&
      (start === undefined || time >= start) &&
      (end === undefined || time <= end),
  );
  const count = Math.min((limit as number | undefined) ?? 500, 1_000);
  const page = from === undefined && start === undefined ? found.slice(-count) : found.slice(0, count);
  return page.map((trade) => tradeView(market, owner, trade));
}

export const accountRoutes: readonly (readonly [string, Route])[] = [
  ['GET /api/v3/account', { kind: 'balance', signed: true, engine: false, weight: 20, run: account }],
  ['GET /api/v3/myTrades', { kind: 'trades', signed: true, engine: false, weight: 20, run: myTrades }],
];
