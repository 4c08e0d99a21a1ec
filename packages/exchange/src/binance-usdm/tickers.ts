import { Decimal } from '@sluice/contracts';
import { z } from 'zod';
import { ExchangeError, type MarkPrice, type Ticker } from '../exchange.ts';
import type { Connection } from './connection.ts';

/** `GET /fapi/v2/ticker/price`: the last traded price, weight 1 for one symbol and 2 for all. */
const price = z.object({
  symbol: z.string(),
  price: z.string().regex(/^\d+(\.\d+)?$/),
  time: z.union([z.number(), z.string()]).transform(Number),
});

export async function readTicker(connection: Connection, symbol: string, timeoutMs?: number): Promise<Ticker> {
  const params = { symbol: connection.symbols.toVenue(symbol) };
  const data = await connection.read((ccxt) => ccxt.fapiPublicV2GetTickerPrice(params), timeoutMs);
  const parsed = price.safeParse(data);
  if (!parsed.success) throw noPrice(`no price for ${symbol}`);
  return toTicker(symbol, parsed.data);
}

export async function readTickers(connection: Connection): Promise<Ticker[]> {
  const data = await connection.read((ccxt) => ccxt.fapiPublicV2GetTickerPrice());
  const parsed = z.array(price).safeParse(data);
  if (!parsed.success) throw noPrice('no list of prices');
  return parsed.data.map((entry) => toTicker(connection.symbols.fromVenue(entry.symbol), entry));
}

/** `GET /fapi/v1/premiumIndex`: mark prices of all symbols, weight 10. */
const premium = z.object({
  symbol: z.string(),
  markPrice: z.string().regex(/^\d+(\.\d+)?$/),
  time: z.union([z.number(), z.string()]).transform(Number),
});

export async function readMarkPrices(connection: Connection): Promise<MarkPrice[]> {
  const data = await connection.read((ccxt) => ccxt.fapiPublicGetPremiumIndex());
  const parsed = z.array(premium).safeParse(data);
  if (!parsed.success) throw noPrice('no list of mark prices');
  return parsed.data.map(({ symbol, markPrice, time }) => ({
    symbol: connection.symbols.fromVenue(symbol),
    mark: new Decimal(markPrice).toFixed(),
    at: time,
  }));
}

function toTicker(symbol: string, entry: z.infer<typeof price>): Ticker {
  return { symbol, last: new Decimal(entry.price).toFixed(), at: entry.time };
}

function noPrice(what: string): ExchangeError {
  const message = `the exchange answered ${what}; check the endpoint`;
  return new ExchangeError({ type: 'unknown', action: 'retry', code: null, message, retryAfterMs: null });
}
