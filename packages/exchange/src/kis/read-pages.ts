import { ExchangeError } from '../exchange.ts';
import { type KisConnection, type KisRequest, unreadable } from './connection.ts';

/** Beyond any day's orders; a list that goes on for longer repeats itself. */
const MOST_PAGES = 100;

/** All pages of a list, in their order. Throws an {@link ExchangeError}: half a list is none. */
export async function readPages(
  connection: KisConnection,
  request: Omit<KisRequest, 'next'>,
): Promise<Record<string, unknown>[]> {
  const pages: Record<string, unknown>[] = [];
  let position = { CTX_AREA_FK100: '', CTX_AREA_NK100: '' };
  while (pages.length < MOST_PAGES) {
    const fields = { ...request.fields, ...position };
    const { body, more } = await connection.read({ ...request, fields, next: pages.length > 0 });
    pages.push(body);
    if (!more) return pages;
    const { ctx_area_fk100: key, ctx_area_nk100: next } = body;
    if (typeof key !== 'string' || typeof next !== 'string' || next.trim() === '') break;
    position = { CTX_AREA_FK100: key, CTX_AREA_NK100: next };
  }
  throw new ExchangeError(unreadable('read').failure);
}
