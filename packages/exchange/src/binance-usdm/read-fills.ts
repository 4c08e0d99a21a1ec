import { readList } from '../answers/documented-shape.ts';
import type { Fill, FillsFrom } from '../exchange.ts';
import type { Connection } from './connection.ts';
import { mapFill } from './map-fill.ts';

/** Binance's bound for one page of `GET /fapi/v1/userTrades`. */
const TRADES_PER_PAGE = 1_000;

/** A full page is followed by the next trade id: two executions of one millisecond may lie on different pages. */
export async function readFills(connection: Connection, symbol: string, from: FillsFrom): Promise<Fill[]> {
  const fills: Fill[] = [];
  for (let next: FillsFrom | null = from; next !== null; ) {
    const page = await readPage(connection, symbol, next);
    fills.push(...page);
    const last = page.at(-1);
    const isPast = 'since' in from && last !== undefined && last.at > (from.until ?? Number.POSITIVE_INFINITY);
    next =
      isPast || last === undefined || page.length < TRADES_PER_PAGE
        ? null
        : { fromId: String(BigInt(last.tradeId) + 1n) };
  }
  return fills;
}

async function readPage(connection: Connection, symbol: string, from: FillsFrom): Promise<Fill[]> {
  const params = {
    symbol: connection.symbols.toVenue(symbol),
    limit: TRADES_PER_PAGE,
    ...('since' in from ? between(from) : { fromId: from.fromId }),
    ...connection.stampedNow(),
  };
  const data = await connection.read((ccxt) => ccxt.fapiPrivateGetUserTrades(params));
  return readList(data, (trade) => mapFill(trade, connection.symbols.fromVenue), 'trades of the account are');
}

function between({ since, until }: { since: number; until?: number }) {
  return { startTime: Math.floor(since), ...(until === undefined ? {} : { endTime: Math.floor(until) }) };
}
