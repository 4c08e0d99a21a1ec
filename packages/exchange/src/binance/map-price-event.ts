import { Decimal } from '@sluice/contracts';
import { z } from 'zod';
import type { MarkPrice, PriceEvent, Ticker } from '../exchange.ts';

/** A combined stream's frame. Its entries are read by hand: 1,400 of them come each second, and a schema takes 10 ms. */
const frame = z.object({ stream: z.string(), data: z.array(z.unknown()) });
/** Type of USD-M; COIN-M's messages come on the same connection. An older exchange gives no type. */
const USD_M = 1;

/** One frame of the combined price streams; null where it says nothing of USD-M, such as the answer to a request. */
export function mapPriceEvent(text: string, fromVenue: (venueSymbol: string) => string): PriceEvent | null {
  const json = parsed(text);
  if (json === undefined) return unreadable('it is not JSON');
  if (typeof json === 'object' && json !== null && 'result' in json) return null;
  // Spot announces a restart on every stream; what it means is told by the connection that ends.
  if (typeof json === 'object' && json !== null && 'stream' in json && json.stream === '!serverShutdown') return null;
  const read = frame.safeParse(json);
  if (!read.success) return unreadable('it is not a list of a combined stream');

  const tickers: Ticker[] = [];
  const marks: MarkPrice[] = [];
  for (const entry of read.data.data as (Entry | null)[]) {
    if (entry?.st !== undefined && entry.st !== USD_M) continue;
    const price = entry?.e === '24hrMiniTicker' ? entry.c : entry?.e === 'markPriceUpdate' ? entry.p : undefined;
    if (entry === null || !isPrice(price) || typeof entry.s !== 'string' || typeof entry.E !== 'number') {
      return unreadable(`an event ${String(entry?.e).slice(0, 40)} has no price`);
    }
    const symbol = fromVenue(entry.s);
    if (entry.e === 'markPriceUpdate') marks.push({ symbol, mark: new Decimal(price).toFixed(), at: entry.E });
    else tickers.push({ symbol, last: new Decimal(price).toFixed(), at: entry.E });
  }
  if (marks.length > 0) return { kind: 'mark', marks };
  return tickers.length > 0 ? { kind: 'last', tickers } : null;
}

/**
 * `!miniTicker@arr` has in `c` the last prices that changed in the last second, `!markPrice@arr@1s` in `p` all mark
 * prices each second; `E` is the time of the event.
 */
type Entry = { e?: unknown; E?: unknown; s?: unknown; c?: unknown; p?: unknown; st?: unknown };

function isPrice(text: unknown): text is string {
  return typeof text === 'string' && /^\d+(\.\d+)?$/.test(text);
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
