import type { bybit } from 'ccxt';
import { z } from 'zod';
import { notInShape, readList, readShape } from '../answers/documented-shape.ts';
import type { Params } from '../ccxt/venue-dialect.ts';
import type { Connection } from './connection.ts';

/** Every answer holds what was asked for in `result`. */
export function resultOf(data: object): unknown {
  return 'result' in data ? data.result : undefined;
}

const listed = z.object({ list: z.array(z.unknown()), nextPageCursor: z.string().nullish() });

type Page = (params: Params) => Promise<object>;

/** All pages of a list, in the order of the exchange. `what` names it where its shape is not the documented one. */
export async function readPages<T>(
  read: Page,
  params: Params,
  map: (element: unknown) => T | undefined,
  what: string,
): Promise<T[]> {
  const found: T[] = [];
  const seen = new Set<string>();
  for (let cursor: string | null = null; ; ) {
    const data = await read(cursor === null ? params : { ...params, cursor });
    const page = readShape(listed, resultOf(data), what);
    found.push(...readList(page.list, map, what));
    const next = page.nextPageCursor ?? '';
    if (next === '' || page.list.length === 0) return found;
    // A cursor that comes again would be followed for ever.
    if (seen.has(next)) throw notInShape(what);
    seen.add(next);
    cursor = next;
  }
}

/** Linear perpetuals, which is what every call here is about. */
export const LINEAR = { category: 'linear' } as const;
export const SETTLEMENT_CURRENCY = 'USDT';

/** One page of a read that is signed anew for each page: a page may come seconds after the one before it. */
export function signedRead(connection: Connection, call: (ccxt: bybit, params: Params) => Promise<unknown>): Page {
  return (params) => connection.read((ccxt) => call(ccxt, { ...params, ...connection.stampedNow() }));
}
