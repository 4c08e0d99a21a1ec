import { Decimal } from 'decimal.js';
import { leverageOf } from '../../../matching/margin.ts';
import { Refusal } from '../../../matching/refusal.ts';
import type { Market } from '../../../matching/venue.ts';
import { firstRefusal } from '../../binance/parameters.ts';
import { refusals } from '../refusals.ts';
import { accountView, assetView, listedMarkets, positionViews } from './account-view.ts';
import { mandatoryMarket, readFault } from './order-routes.ts';
import type { Route, SignedInput } from './route.ts';

function balance(input: SignedInput): object | Refusal {
  const faulty = readFault(input, 'balance');
  if (faulty) return faulty;
  const asset = assetView(input.venue, input.account, input.now);
  return [{ accountAlias: input.account.name, balance: asset.walletBalance, ...asset }];
}

/** v2 lists every symbol, v3 only those with a position or an order; the rest of the answer is the same. */
const account = (all: boolean) => (input: SignedInput) =>
  readFault(input, 'balance') ?? accountView(input.venue, input.account, all, input.now);

const positionRisk =
  (all: boolean) =>
  (input: SignedInput): object | Refusal => {
    const faulty = readFault(input, 'positions');
    if (faulty) return faulty;
    const symbol = input.params.text('symbol');
    if (symbol !== undefined && !input.venue.markets.has(symbol)) return refusals.badSymbol();
    return listedMarkets(input.venue, input.account, all)
      .filter((market) => symbol === undefined || market.spec.symbol === symbol)
      .flatMap((market) => positionViews(input.venue, input.account, market));
  };

function setLeverage(input: SignedInput): object | Refusal {
  const market = mandatoryMarket(input);
  const leverage = input.params.integer('leverage');
  const refused = firstRefusal(market, leverage) ?? readFault(input, 'settings');
  if (refused) return refused;
  const { spec } = market as Market;
  if (leverage === undefined) return refusals.mandatory('leverage');
  if ((leverage as number) < 1 || (leverage as number) > spec.maxLeverage)
    return refusals.badLeverage(String(leverage));
  input.account.leverage.set(spec.symbol, leverage as number);
  input.venue.tell({ type: 'leverage', account: input.account, symbol: spec.symbol, at: input.now });
  return { leverage, maxNotionalValue: '1000000000', symbol: spec.symbol };
}

/** Refuses a change to what already is (-4046), which clients have to take for success. */
function setMarginType(input: SignedInput): object | Refusal {
  const market = mandatoryMarket(input);
  const refused = firstRefusal(market) ?? readFault(input, 'settings');
  if (refused) return refused;
  const { symbol } = (market as Market).spec;
  const type = input.params.text('marginType');
  if (type !== 'ISOLATED' && type !== 'CROSSED') return refusals.badParameter('marginType');
  const { isolated } = input.account;
  if (isolated.has(symbol) === (type === 'ISOLATED')) return refusals.sameMarginType();
  if ((input.account.open.get(symbol)?.size ?? 0) > 0) return refusals.marginTypeOpenOrders();
  const held = [...input.account.positions.values()].some((one) => one.symbol === symbol && !one.amount.isZero());
  if (held) return refusals.marginTypePosition();
  if (type === 'ISOLATED') isolated.add(symbol);
  else isolated.delete(symbol);
  const positions = [...input.account.positions.values()].filter((one) => one.symbol === symbol);
  const change = new Decimal(0);
  const { account, now: at } = input;
  input.venue.tell({ type: 'balance', account, reason: 'MARGIN_TYPE_CHANGE', change, positions, at });
  return { code: 200, msg: 'success' };
}

/** One-way or hedge, for the whole account, and only while it holds nothing and nothing is open. */
function setPositionMode(input: SignedInput): object | Refusal {
  const text = input.params.mandatory('dualSidePosition');
  const hedge = input.params.boolean('dualSidePosition');
  const refused = firstRefusal(text, hedge) ?? readFault(input, 'settings');
  if (refused) return refused;
  if (input.account.hedge === hedge) return refusals.samePositionSide();
  const open = [...input.account.open.values(), ...input.account.openAlgos.values()].some((orders) => orders.size > 0);
  if (open) return refusals.positionModeOpenOrders();
  if ([...input.account.positions.values()].some((one) => !one.amount.isZero())) return refusals.positionModePosition();
  input.account.hedge = hedge as boolean;
  return { code: 200, msg: 'success' };
}

function symbolConfig(input: SignedInput): object | Refusal {
  const symbol = input.params.text('symbol');
  if (symbol !== undefined && !input.venue.markets.has(symbol)) return refusals.badSymbol();
  return [...input.venue.markets.keys()]
    .filter((name) => symbol === undefined || name === symbol)
    .map((name) => ({
      symbol: name,
      marginType: input.account.isolated.has(name) ? 'ISOLATED' : 'CROSSED',
      isAutoAddMargin: false,
      leverage: leverageOf(input.account, name),
      maxNotionalValue: '1000000000',
    }));
}

/** One bracket a symbol: there is no liquidation here that finer ones would matter to. */
function leverageBracket(input: SignedInput): object | Refusal {
  const symbol = input.params.text('symbol');
  if (symbol !== undefined && !input.venue.markets.has(symbol)) return refusals.badSymbol();
  const views = [...input.venue.markets.values()]
    .filter((market) => symbol === undefined || market.spec.symbol === symbol)
    .map((market) => ({
      symbol: market.spec.symbol,
      notionalCoef: 1,
      brackets: [
        {
          bracket: 1,
          initialLeverage: market.spec.maxLeverage,
          notionalCap: 1_000_000_000,
          notionalFloor: 0,
          maintMarginRatio: 0.004,
          cum: 0,
        },
      ],
    }));
  return views;
}

const accountConfig = (input: SignedInput): object => ({
  feeTier: 0,
  canTrade: true,
  canDeposit: true,
  canWithdraw: true,
  dualSidePosition: input.account.hedge,
  updateTime: 0,
  multiAssetsMargin: false,
  tradeGroupId: -1,
});

const positionMode = (input: SignedInput): object => ({ dualSidePosition: input.account.hedge });

const orderRateLimits = (input: SignedInput): object => [
  { rateLimitType: 'ORDERS', interval: 'SECOND', intervalNum: 10, limit: input.limits.ordersPer10s },
  { rateLimitType: 'ORDERS', interval: 'MINUTE', intervalNum: 1, limit: input.limits.ordersPerMinute },
];

const commissionRate = (input: SignedInput): object | Refusal => {
  const market = mandatoryMarket(input);
  if (market instanceof Refusal) return market;
  return { symbol: market.spec.symbol, makerCommissionRate: '0.000200', takerCommissionRate: '0.000500' };
};

const read = { signed: true, engine: false } as const;

export const accountRoutes: readonly (readonly [string, Route])[] = [
  ['GET /fapi/v2/balance', { ...read, kind: 'balance', weight: 5, run: balance }],
  ['GET /fapi/v3/balance', { ...read, kind: 'balance', weight: 5, run: balance }],
  ['GET /fapi/v2/account', { ...read, kind: 'balance', weight: 5, run: account(true) }],
  ['GET /fapi/v3/account', { ...read, kind: 'balance', weight: 5, run: account(false) }],
  ['GET /fapi/v2/positionRisk', { ...read, kind: 'positions', weight: 5, run: positionRisk(true) }],
  ['GET /fapi/v3/positionRisk', { ...read, kind: 'positions', weight: 5, run: positionRisk(false) }],
  ['POST /fapi/v1/leverage', { ...read, kind: 'settings', weight: 1, run: setLeverage }],
  ['POST /fapi/v1/marginType', { ...read, kind: 'settings', weight: 1, run: setMarginType }],
  ['POST /fapi/v1/positionSide/dual', { ...read, kind: 'settings', weight: 1, run: setPositionMode }],
  ['GET /fapi/v1/positionSide/dual', { ...read, kind: 'settings', weight: 30, run: positionMode }],
  ['GET /fapi/v1/symbolConfig', { ...read, kind: 'settings', weight: 5, run: symbolConfig }],
  ['GET /fapi/v1/accountConfig', { ...read, kind: 'settings', weight: 5, run: accountConfig }],
  [
    'GET /fapi/v1/multiAssetsMargin',
    { ...read, kind: 'settings', weight: 30, run: () => ({ multiAssetsMargin: false }) },
  ],
  ['GET /fapi/v1/leverageBracket', { ...read, kind: 'settings', weight: 1, run: leverageBracket }],
  ['GET /fapi/v1/commissionRate', { ...read, kind: 'settings', weight: 20, run: commissionRate }],
  ['GET /fapi/v1/rateLimit/order', { ...read, kind: 'rateLimit', weight: 1, run: orderRateLimits }],
];
