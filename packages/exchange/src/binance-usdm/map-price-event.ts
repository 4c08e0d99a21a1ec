import { Decimal } from '@sluice/contracts';
import { z } from 'zod';
import type { MarkPrice, PriceEvent, Ticker } from '../exchange.ts';

/** `!miniTicker@arr`: the last prices that changed in the last second. */
const miniTicker = z.object({ e: z.literal('24hrMiniTicker'), E: z.number(), s: z.string(), c: z.string() });
/** `!markPrice@arr@1s`: the mark prices of all symbols, each second. */
const markPrice = z.object({ e: z.literal('markPriceUpdate'), E: z.number(), s: z.string(), p: z.string() });
/** COIN-M's messages come on the same connection; USD-M's are type 1, or without a type on an older exchange. */
const frame = z.object({
  stream: z.string(),
  data: z.array(z.looseObject({ st: z.number().optional(), e: z.string() })),
});
const USD_M = 1;

/** One frame of the combined price streams; null where it says nothing of USD-M, such as the answer to a request. */
export function mapPriceEvent(text: string, fromVenue: (venueSymbol: string) => string): PriceEvent | null {
  const json = parsed(text);
  if (json === undefined) return unreadable('it is not JSON');
  if (typeof json === 'object' && json !== null && 'result' in json) return null;
  const read = frame.safeParse(json);
  if (!read.success) return unreadable('it is not a list of a combined stream');
  const entries = read.data.data.filter(({ st }) => st === undefined || st === USD_M);
  if (entries.length === 0) return null;

  const tickers: Ticker[] = [];
  const marks: MarkPrice[] = [];
  for (const entry of entries) {
    const ticker = miniTicker.safeParse(entry);
    if (ticker.success && isPrice(ticker.data.c)) {
      const { s, c, E } = ticker.data;
      tickers.push({ symbol: fromVenue(s), last: new Decimal(c).toFixed(), at: E });
      continue;
    }
    const mark = markPrice.safeParse(entry);
    if (!mark.success || !isPrice(mark.data.p)) return unreadable(`an event ${entry.e.slice(0, 40)} has no price`);
    marks.push({ symbol: fromVenue(mark.data.s), mark: new Decimal(mark.data.p).toFixed(), at: mark.data.E });
  }
  return marks.length > 0 ? { kind: 'mark', marks } : { kind: 'last', tickers };
}

function isPrice(text: string): boolean {
  return /^\d+(\.\d+)?$/.test(text);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function unreadable(why: string): PriceEvent {
  return { kind: 'unreadable', message: `a frame of the price stream cannot be read: ${why}` };
}
