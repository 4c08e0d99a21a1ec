import { Decimal } from '@sluice/contracts';
import { z } from 'zod';
import { positiveOrNull } from '../answers/answer-fields.ts';
import type { DayOrder, OrderReport } from '../exchange.ts';
import { koreanInstant } from './korean-time.ts';
import { orderTypeOf } from './order-fields.ts';
import { toOrderId } from './order-id.ts';

/** Numbers are text, some with decimals that are always zero, some blank where there is none. */
export const numberText = z
  .string()
  .trim()
  .regex(/^(-?\d+(\.\d+)?)?$/)
  .transform((text) => (text === '' ? '0' : text));

/** One element of `inquire-daily-ccld`: an order of a day, or the request to change or cancel one. */
const venueRow = z
  .object({
    ord_dt: z.string().regex(/^\d{8}$/),
    ord_gno_brno: z.string().trim(),
    odno: z
      .string()
      .trim()
      .regex(/^\d{1,10}$/),
    orgn_odno: z.string().trim().default(''),
    sll_buy_dvsn_cd: z.enum(['01', '02']),
    pdno: z.string().trim().min(1),
    ord_dvsn_cd: z.string().trim().default('00'),
    ord_qty: numberText,
    ord_unpr: numberText,
    ord_tmd: z.string(),
    tot_ccld_qty: numberText,
    avg_prvs: numberText,
    cncl_yn: z.string().default(''),
    cnc_cfrm_qty: numberText.default('0'),
    rmn_qty: numberText,
    rjct_qty: numberText.default('0'),
    infm_tmd: z.string().default(''),
    stpm_cndt_pric: numberText.default('0'),
    stpm_efct_occr_dtmd: z.string().default(''),
  })
  // An order left out for its time would pass for one that is not there.
  .refine((row) => koreanInstant(row.ord_dt, row.ord_tmd) !== null);
type VenueRow = z.output<typeof venueRow>;

/** Undefined where the row is not in the documented shape: what it is about is then unknown. */
export function readRow(data: unknown): VenueRow | undefined {
  const parsed = venueRow.safeParse(data);
  return parsed.success ? parsed.data : undefined;
}

/**
 * The orders among the rows of one symbol, oldest first. Cancels stand in the list as rows of their own that name the order they
 * are about; the order's own row may not show yet what became of it, so both are read.
 *
 * @param today as `20261121` in Korea: an order of an earlier day rests no more
 */
export function mapDayOrders(rows: VenueRow[], symbol: string, today: string): DayOrder[] {
  const cancelled = new Map<string, Decimal>();
  for (const row of rows.filter(isCancel)) {
    const of = keyOf(row, row.orgn_odno);
    cancelled.set(of, (cancelled.get(of) ?? new Decimal(0)).plus(row.cnc_cfrm_qty));
  }
  // Between two pages the list may have grown: a row seen twice counts once, as it was seen last.
  const orders = new Map<string, DayOrder>();
  for (const row of rows) {
    if (isCancel(row)) continue;
    const order = mapRow(row, symbol, today, cancelled.get(keyOf(row, row.odno)) ?? new Decimal(0));
    orders.set(order.exchangeOrderId, order);
  }
  return [...orders.values()].sort((a, b) => a.placedAt - b.placedAt || compare(a.exchangeOrderId, b.exchangeOrderId));
}

function isCancel(row: VenueRow): boolean {
  return row.cncl_yn === 'Y' && /[1-9]/.test(row.orgn_odno);
}

function keyOf(row: VenueRow, number: string): string {
  return `${row.ord_dt} ${number.padStart(10, '0')}`;
}

function mapRow(row: VenueRow, symbol: string, today: string, cancelledElsewhere: Decimal): DayOrder {
  const placedAt = koreanInstant(row.ord_dt, row.ord_tmd)!;
  const type = orderTypeOf(row.ord_dvsn_cd);
  const triggered = /[1-9]/.test(row.stpm_efct_occr_dtmd);
  const executed = new Decimal(row.tot_ccld_qty);
  const resting = statusOf(row, executed, cancelledElsewhere, today);
  return {
    clientOrderId: null,
    exchangeOrderId: toOrderId({ day: row.ord_dt, branch: row.ord_gno_brno, number: row.odno }),
    triggeredOrderId: null,
    symbol,
    side: row.sll_buy_dvsn_cd === '01' ? 'sell' : 'buy',
    type,
    conditional: type === 'STOP_LIMIT' && !triggered,
    status: resting === 'open' && type === 'STOP_LIMIT' && triggered ? 'triggered' : resting,
    price: type === 'MARKET' ? null : positiveOrNull(row.ord_unpr),
    stopPrice: type === 'STOP_LIMIT' ? positiveOrNull(row.stpm_cndt_pric) : null,
    quantity: new Decimal(row.ord_qty).toFixed(),
    executed: executed.toFixed(),
    averagePrice: executed.isZero() ? null : positiveOrNull(row.avg_prvs),
    reduceOnly: false,
    updatedAt: koreanInstant(row.ord_dt, row.infm_tmd) ?? placedAt,
    placedAt,
  };
}

function statusOf(row: VenueRow, executed: Decimal, cancelledElsewhere: Decimal, today: string): OrderReport['status'] {
  const ordered = new Decimal(row.ord_qty);
  if (executed.gte(ordered)) return 'filled';
  if (new Decimal(row.rjct_qty).gt(0)) return 'rejected';
  const taken = Decimal.max(row.cnc_cfrm_qty, cancelledElsewhere);
  if (executed.plus(taken).gte(ordered) || row.cncl_yn === 'Y') return 'cancelled';
  // Nothing of it rests, and nothing says why: an amended order goes on under another number.
  if (new Decimal(row.rmn_qty).isZero()) return 'cancelled';
  return row.ord_dt < today ? 'expired' : 'open';
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** On the book, or waiting for its price: more of it may execute. */
export function isAlive({ status }: OrderReport): boolean {
  return status === 'open' || status === 'triggered';
}
