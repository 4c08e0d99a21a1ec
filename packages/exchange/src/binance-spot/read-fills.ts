import { readList } from '../answers/documented-shape.ts';
import type { Fill, FillsFrom } from '../exchange.ts';
import type { Connection } from './connection.ts';
import { mapFill } from './map-fill.ts';

/** Binance's bound for one page of `GET /api/v3/myTrades`. */
const TRADES_PER_PAGE = 1_000;
/** The longest time it looks through at one go. */
const WINDOW_MS = 24 * 3_600_000;

type Page = { startTime: number; endTime: number } | { fromId: string };

/**
 * From an instant on: a day at a time until the first execution, and from there by trade id, since two executions of one
 * millisecond may lie on different pages. `now` is the exchange's, ms since the epoch.
 */
export async function readFills(connection: Connection, symbol: string, from: FillsFrom, now: number): Promise<Fill[]> {
  if ('fromId' in from) return await readOn(connection, symbol, from.fromId, Number.POSITIVE_INFINITY);
  const until = Math.floor(from.until ?? Number.POSITIVE_INFINITY);
  const last = Math.min(until, Math.ceil(now));
  for (let start = Math.floor(from.since); start <= last; start += WINDOW_MS) {
    const endTime = Math.min(start + WINDOW_MS - 1, until);
    const first = await readPage(connection, symbol, { startTime: start, endTime });
    if (first.length === 0) continue;
    if (first.length < TRADES_PER_PAGE && endTime >= last) return first;
    return [...first, ...(await readOn(connection, symbol, after(first.at(-1)!), until))];
  }
  return [];
}

/** Every execution from a trade id on, up to the page that ends later than `until`. */
async function readOn(connection: Connection, symbol: string, fromId: string, until: number): Promise<Fill[]> {
  const fills: Fill[] = [];
  for (let next = fromId; ; ) {
    const page = await readPage(connection, symbol, { fromId: next });
    fills.push(...page);
    const last = page.at(-1);
    if (last === undefined || page.length < TRADES_PER_PAGE || last.at > until) return fills;
    next = after(last);
  }
}

async function readPage(connection: Connection, symbol: string, page: Page): Promise<Fill[]> {
  const name = { symbol: connection.symbols.toVenue(symbol), limit: TRADES_PER_PAGE };
  const params = { ...name, ...page, ...connection.stampedNow() };
  const data = await connection.read((ccxt) => ccxt.privateGetMyTrades(params));
  return readList(data, (trade) => mapFill(trade, connection.symbols.fromVenue), 'trades of the account are');
}

function after({ tradeId }: Fill): string {
  return String(BigInt(tradeId) + 1n);
}
