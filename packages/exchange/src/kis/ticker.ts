import { Decimal } from '@sluice/contracts';
import { z } from 'zod';
import { ExchangeError, type Ticker } from '../exchange.ts';
import { type KisConnection, unreadable } from './connection.ts';
import { numberText } from './map-order.ts';
import { codeOf } from './read-day.ts';

const priceBody = z.object({ output: z.object({ stck_prpr: numberText }) });

/** The last price of one stock. The answer has no time of its own: it is the price of the moment it was asked for. */
export async function readTicker(connection: KisConnection, symbol: string, timeoutMs?: number): Promise<Ticker> {
  const askedAt = connection.now();
  const request = {
    method: 'GET',
    path: '/uapi/domestic-stock/v1/quotations/inquire-price',
    transaction: connection.domain.transactions.price,
    fields: { FID_COND_MRKT_DIV_CODE: 'J', FID_INPUT_ISCD: codeOf(symbol) },
  } as const;
  const { body } = await connection.read(request, timeoutMs);
  const read = priceBody.safeParse(body);
  const last = new Decimal(read.data?.output.stck_prpr ?? 0);
  // A code of no stock is answered with zeros.
  if (!last.gt(0)) throw new ExchangeError(unreadable('read').failure);
  return { symbol, last: last.toFixed(), at: askedAt };
}
