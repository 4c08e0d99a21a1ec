import { Decimal, type DecimalString } from '@sluice/contracts';
import { z } from 'zod';
import { readShape } from '../answers/documented-shape.ts';
import type { MarkPrice, PriceEvent, Ticker } from '../exchange.ts';
import { LINEAR } from './answer-shape.ts';
import type { Connection } from './connection.ts';

const price = z.string().regex(/^\d+(\.\d+)?$/);

/** `GET /v5/market/tickers`: last and mark prices of one symbol or of all, with the time of the answer. */
const tickers = z.object({
  time: z.number(),
  result: z.object({ list: z.array(z.object({ symbol: z.string(), lastPrice: price, markPrice: price })) }),
});

export async function readTicker(connection: Connection, symbol: string, timeoutMs?: number): Promise<Ticker> {
  const params = { ...LINEAR, symbol: connection.symbols.toVenue(symbol) };
  const data = await connection.read((ccxt) => ccxt.publicGetV5MarketTickers(params), timeoutMs);
  const one = tickers.extend({ result: z.object({ list: tickers.shape.result.shape.list.length(1) }) });
  const { time, result } = readShape(one, data, `price of ${symbol} is`);
  return { symbol, last: plain(result.list[0]!.lastPrice), at: time };
}

async function readAll(connection: Connection) {
  const data = await connection.read((ccxt) => ccxt.publicGetV5MarketTickers(LINEAR));
  const { time, result } = readShape(tickers, data, 'prices are');
  return result.list.map((entry) => ({ ...entry, symbol: connection.symbols.fromVenue(entry.symbol), at: time }));
}

export async function readTickers(connection: Connection): Promise<Ticker[]> {
  return (await readAll(connection)).map(({ symbol, lastPrice, at }) => ({ symbol, last: plain(lastPrice), at }));
}

export async function readMarkPrices(connection: Connection): Promise<MarkPrice[]> {
  return (await readAll(connection)).map(({ symbol, markPrice, at }) => ({ symbol, mark: plain(markPrice), at }));
}

const TOPIC = 'tickers.';

/** Topics in one request; all of a connection together may be 21,000 characters long, which is some 1,300 symbols. */
const TOPICS_PER_REQUEST = 200;

/** The requests that ask for the prices of all these markets. */
export function priceSubscriptions(venueSymbols: readonly string[]): string[] {
  const topics = venueSymbols.map((symbol) => TOPIC + symbol);
  const requests = Math.ceil(topics.length / TOPICS_PER_REQUEST);
  return Array.from({ length: requests }, (_, index) =>
    JSON.stringify({
      op: 'subscribe',
      args: topics.slice(index * TOPICS_PER_REQUEST, (index + 1) * TOPICS_PER_REQUEST),
    }),
  );
}

type Frame = { topic?: unknown; ts?: unknown; data?: { symbol?: unknown; lastPrice?: unknown; markPrice?: unknown } };

/**
 * One frame of the public stream: a snapshot, or what of it changed. Read by hand: hundreds of them come each second.
 * Null where it says nothing of prices, such as the answer to a request.
 */
export function mapPriceEvent(
  text: string,
  fromVenue: (venueSymbol: string) => string,
): PriceEvent | PriceEvent[] | null {
  const frame = parsed(text);
  if (frame === undefined) return unreadable('it is not JSON');
  if (typeof frame.topic !== 'string') return null;
  const { data, ts: at } = frame;
  if (!frame.topic.startsWith(TOPIC) || typeof data?.symbol !== 'string' || typeof at !== 'number') {
    return unreadable(`the topic ${frame.topic.slice(0, 40)} has no price`);
  }
  const { lastPrice, markPrice } = data;
  const symbol = fromVenue(data.symbol);
  const events: PriceEvent[] = [];
  if (isPrice(lastPrice)) events.push({ kind: 'last', tickers: [{ symbol, last: plain(lastPrice), at }] });
  if (isPrice(markPrice)) events.push({ kind: 'mark', marks: [{ symbol, mark: plain(markPrice), at }] });
  return events.length === 0 ? null : events;
}

function isPrice(value: unknown): value is string {
  return typeof value === 'string' && /^\d+(\.\d+)?$/.test(value);
}

function parsed(text: string): Frame | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Frame) : undefined;
  } catch {
    return undefined;
  }
}

function unreadable(why: string): PriceEvent {
  return { kind: 'unreadable', message: `a frame of the price stream cannot be read: ${why}` };
}

function plain(value: string): DecimalString {
  return new Decimal(value).toFixed();
}
