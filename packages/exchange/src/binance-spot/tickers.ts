import { z } from 'zod';
import { amount, plain } from '../answers/answer-fields.ts';
import { readShape } from '../answers/documented-shape.ts';
import type { Ticker } from '../exchange.ts';
import type { Connection } from './connection.ts';

/**
 * `GET /api/v3/ticker/price`: the last traded price, weight 2 for one symbol and 4 for all. It has no time: a price is
 * dated by the moment it was asked for, on the exchange's clock, so what the stream tells of a later moment wins.
 */
const price = z.object({ symbol: z.string(), price: amount });

export async function readTicker(connection: Connection, symbol: string, timeoutMs?: number): Promise<Ticker> {
  const at = connection.exchangeNow();
  const params = { symbol: connection.symbols.toVenue(symbol) };
  const data = await connection.read((ccxt) => ccxt.publicGetTickerPrice(params), timeoutMs);
  return { symbol, last: plain(readShape(price, data, `price of ${symbol} is`).price), at };
}

export async function readTickers(connection: Connection): Promise<Ticker[]> {
  const at = connection.exchangeNow();
  const data = await connection.read((ccxt) => ccxt.publicGetTickerPrice());
  return readShape(z.array(price), data, 'prices are').map((entry) => ({
    symbol: connection.symbols.fromVenue(entry.symbol),
    last: plain(entry.price),
    at,
  }));
}
