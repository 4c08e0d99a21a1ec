import { Decimal } from 'decimal.js';
import { leverageOf, symbolMargin, totalMargin, unrealizedPnl } from '../../../matching/margin.ts';
import { positionKey } from '../../../matching/position.ts';
import { Refusal } from '../../../matching/refusal.ts';
import { type Market, markPrice } from '../../../matching/venue.ts';
import { refusals } from '../refusals.ts';
import { readFault } from './read-routes.ts';
import { page, type Result, type Route, type SignedInput } from './route.ts';

/** With a symbol its positions, flat ones too; without one only those that are held. */
function positions(input: SignedInput): Result | Refusal {
  const { exchange, params } = input;
  const symbol = params.text('symbol');
  const market = symbol === undefined ? undefined : exchange.venue.markets.get(symbol);
  if (symbol !== undefined && market === undefined) return refusals.badSymbol();
  if (symbol === undefined && params.text('settleCoin') === undefined) return refusals.badParameter('symbol');
  const faulty = readFault(input, 'positions');
  if (faulty) return faulty;
  const markets = market === undefined ? [...exchange.venue.markets.values()] : [market];
  const views = markets
    .flatMap((one) => positionViews(input, one))
    .filter((view) => market !== undefined || view.size !== '0');
  const { list, nextPageCursor } = page(views, params, 20, 200);
  return { result: { category: 'linear', list, nextPageCursor } };
}

function positionViews({ account, exchange }: SignedInput, market: Market) {
  const { symbol } = market.spec;
  const sides = account.hedge ? (['LONG', 'SHORT'] as const) : (['BOTH'] as const);
  return sides.map((side, index) => {
    const position = account.positions.get(positionKey(symbol, side));
    const amount = position?.amount ?? new Decimal(0);
    const mark = markPrice(market);
    return {
      positionIdx: account.hedge ? index + 1 : 0,
      symbol,
      side: amount.isZero() ? '' : amount.isPositive() ? 'Buy' : 'Sell',
      size: amount.abs().toFixed(),
      avgPrice: (position?.entryPrice ?? new Decimal(0)).toFixed(),
      positionValue: amount
        .abs()
        .times(position?.entryPrice ?? 0)
        .toFixed(),
      leverage: String(leverageOf(account, symbol)),
      // Both modes are the account's since the unified account; this one says nothing any more.
      tradeMode: 0,
      markPrice: mark.toFixed(market.spec.pricePrecision),
      unrealisedPnl: unrealizedPnl(exchange.venue, account, symbol).toFixed(8),
      positionIM: symbolMargin(exchange.venue, account, symbol).toFixed(8),
      positionStatus: 'Normal',
      liqPrice: '',
      createdTime: String(position?.updateTime ?? 0),
      updatedTime: String(position?.updateTime ?? 0),
    };
  });
}

function walletBalance(input: SignedInput): Result | Refusal {
  const { exchange, account, params } = input;
  if (params.text('accountType') !== 'UNIFIED') return refusals.badParameter('accountType');
  const faulty = readFault(input, 'balance');
  if (faulty) return faulty;
  const pnl = unrealizedPnl(exchange.venue, account);
  const margin = totalMargin(exchange.venue, account);
  const equity = account.wallet.plus(pnl);
  // In isolated mode what is free is not told for the account as a whole.
  const available = exchange.isolated.has(account.name) ? '' : Decimal.max(0, equity.minus(margin)).toFixed(8);
  const coin = {
    coin: 'USDT',
    equity: equity.toFixed(8),
    walletBalance: account.wallet.toFixed(8),
    unrealisedPnl: pnl.toFixed(8),
    totalOrderIM: '0',
    totalPositionIM: margin.toFixed(8),
    locked: '0',
  };
  const totals = { totalEquity: equity.toFixed(8), totalWalletBalance: account.wallet.toFixed(8) };
  return { result: { list: [{ accountType: 'UNIFIED', ...totals, totalAvailableBalance: available, coin: [coin] }] } };
}

function setLeverage(input: SignedInput): Result | Refusal {
  const { exchange, account, params, now } = input;
  const market = exchange.venue.markets.get(params.text('symbol') ?? '');
  if (market === undefined) return refusals.badSymbol();
  const [buy, sell] = [params.decimal('buyLeverage'), params.decimal('sellLeverage')];
  if (buy === undefined || buy instanceof Refusal) return refusals.badParameter('buyLeverage');
  if (sell === undefined || sell instanceof Refusal || !sell.eq(buy)) return refusals.badParameter('sellLeverage');
  if (buy.lt(1) || buy.gt(market.spec.maxLeverage)) return refusals.badParameter('buyLeverage');
  const faulty = readFault(input, 'settings');
  if (faulty) return faulty;
  const { symbol } = market.spec;
  if (leverageOf(account, symbol) === buy.toNumber()) return refusals.sameLeverage();
  account.leverage.set(symbol, buy.toNumber());
  exchange.venue.tell({ type: 'leverage', account, symbol, at: now });
  return { result: {} };
}

/** The margin mode is the whole account's. */
function setMarginMode(input: SignedInput): Result | Refusal {
  const mode = input.params.text('setMarginMode');
  if (mode !== 'ISOLATED_MARGIN' && mode !== 'REGULAR_MARGIN') return refusals.badParameter('setMarginMode');
  const faulty = readFault(input, 'settings');
  if (faulty) return faulty;
  const { isolated } = input.exchange;
  if (mode === 'ISOLATED_MARGIN') isolated.add(input.account.name);
  else isolated.delete(input.account.name);
  return { result: { reasons: [] } };
}

function accountInfo(input: SignedInput): Result | Refusal {
  const faulty = readFault(input, 'settings');
  if (faulty) return faulty;
  const marginMode = input.exchange.isolated.has(input.account.name) ? 'ISOLATED_MARGIN' : 'REGULAR_MARGIN';
  return { result: { unifiedMarginStatus: 6, marginMode, updatedTime: String(input.now) } };
}

/** One-way (0) or hedge (3), and only while nothing is held and nothing is open. */
function switchMode(input: SignedInput): Result | Refusal {
  const { account, params } = input;
  const mode = params.text('mode');
  if (mode !== '0' && mode !== '3') return refusals.badParameter('mode');
  if (account.hedge === (mode === '3')) return refusals.sameMode();
  const open = [...account.open.values(), ...account.openAlgos.values()].some((orders) => orders.size > 0);
  if (open) return refusals.modeOpenOrders();
  if ([...account.positions.values()].some((one) => !one.amount.isZero())) return refusals.modePosition();
  account.hedge = mode === '3';
  return { result: {} };
}

const call = (name: string, perSecond: number) => ({ signed: true, bucket: { name, perSecond } }) as const;

export const accountRoutes: readonly (readonly [string, Route])[] = [
  ['GET /v5/position/list', { kind: 'positions', ...call('positions', 50), run: positions }],
  ['GET /v5/account/wallet-balance', { kind: 'balance', ...call('wallet', 50), run: walletBalance }],
  ['GET /v5/account/info', { kind: 'settings', ...call('info', 50), run: accountInfo }],
  ['POST /v5/account/set-margin-mode', { kind: 'settings', ...call('margin-mode', 10), run: setMarginMode }],
  ['POST /v5/position/set-leverage', { kind: 'settings', ...call('leverage', 10), run: setLeverage }],
  ['POST /v5/position/switch-mode', { kind: 'settings', ...call('mode', 10), run: switchMode }],
];
