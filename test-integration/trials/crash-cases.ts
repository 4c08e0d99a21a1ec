import { Decimal } from '@sluice/contracts';
import { batch, cancelAll, limit, market } from '../harness/alerts.ts';
import type { StoredOrder } from '../harness/stored-orders.ts';
import type { CrashRig } from './crash-rig.ts';

/**
 * What is under way for a symbol at the moment of the crash: a LIMIT or MARKET placement, a cancel by its owner, a cancel
 * that makes room for a better order, or a MARKET placement whose owner has cancelled it meanwhile.
 */
export type Kind = 'limit' | 'market' | 'cancel' | 'swap' | 'withdrawn';

export type CrashCase = { symbol: string; kind: Kind; last: Decimal };

/** The paper exchange's symbols, cheap ones among them: a tick is below a thousandth of the price for each. */
const symbols = 'BTC ETH SOL XRP DOGE BNB ADA AVAX LINK LTC DOT BCH TRX UNI ATOM NEAR SUI APT FIL'.split(' ');

/** Gives a symbol of its own to each kind at each point. */
export async function casesOf<Point extends string>(
  { stack }: CrashRig,
  kinds: Record<Point, readonly Kind[]>,
): Promise<Record<Point, CrashCase[]>> {
  const prices = await stack.exchange.control<{ prices: Record<string, { last: string }> }>('/prices');
  const free = symbols.values();
  const caseOf = (kind: Kind): CrashCase => {
    const base = free.next().value;
    if (base === undefined) throw new Error('there are more cases than symbols');
    return { symbol: `${base}/USDT`, kind, last: new Decimal(prices.prices[`${base}USDT`]!.last) };
  };
  const points = Object.entries(kinds) as [Point, readonly Kind[]][];
  return Object.fromEntries(points.map(([point, of]) => [point, of.map(caseOf)])) as Record<Point, CrashCase[]>;
}

/** A price below the market that rests there; three digits are on every symbol's tick. */
function below({ last }: CrashCase, percent: number): string {
  return last
    .times(1 - percent / 100)
    .toSignificantDigits(3, Decimal.ROUND_DOWN)
    .toFixed();
}

const worst = 9;
const middle = 6;
const best = 3;

/** What has to be on the exchange before: an order to cancel, or as many as the limit allows. */
export function before(strategy: string, cases: readonly CrashCase[]) {
  const orders = cases.flatMap((of) => {
    if (of.kind === 'cancel') return [limit(of.symbol, below(of, middle), { qty_per: 1 })];
    if (of.kind === 'swap') return [worst, middle].map((by) => limit(of.symbol, below(of, by), { qty_per: 1 }));
    return [];
  });
  return batch(strategy, orders);
}

/** The alert that sets it going. */
export function act(strategy: string, cases: readonly CrashCase[]) {
  return batch(strategy, cases.map(orderOf));
}

function orderOf(of: CrashCase): Record<string, unknown> {
  switch (of.kind) {
    case 'limit':
    case 'swap':
      return limit(of.symbol, below(of, best), { qty_per: 1 });
    case 'market':
    case 'withdrawn':
      return market(of.symbol, { qty_per: 1 });
    case 'cancel':
      return cancelAll(of.symbol);
  }
}

/** The owner's cancel of a MARKET order that is under way. */
export function withdraw(strategy: string, cases: readonly CrashCase[]) {
  return batch(
    strategy,
    cases.filter(({ kind }) => kind === 'withdrawn').map(({ symbol }) => cancelAll(symbol)),
  );
}

/** The request to the exchange that the alert causes. */
export function callOf({ symbol, kind }: CrashCase): RegExp {
  const cancels = kind === 'cancel' || kind === 'swap';
  const onBinance = `${cancels ? 'DELETE' : 'POST'} /(fapi/v1|api/v3)/(order|batchOrders)`;
  const onBybit = `POST /v5/order/${cancels ? 'cancel' : 'create'}`;
  return new RegExp(`^(${onBinance}|${onBybit})\\b.*\\b${symbol.replace('/', '')}\\b`, 's');
}

/** What is wrong with how a case ended; undefined when nothing is. `orders`: of its symbol, in order of arrival. */
export function verdict({ symbol, kind }: CrashCase, orders: readonly StoredOrder[]): string | undefined {
  const ended = orders.map(({ status }) => status).join(', ');
  const right: Record<Kind, RegExp> = {
    limit: /^open$/,
    // Not executed where it was not on the exchange in time: a MARKET order is tried again for 10 s only.
    market: /^(filled|failed|expired)$/,
    cancel: /^cancelled$/,
    swap: /^pending, open, open$/,
    withdrawn: /^(filled|cancelled)$/,
  };
  return right[kind].test(ended) ? undefined : `${kind} on ${symbol} ended as ${ended}`;
}
