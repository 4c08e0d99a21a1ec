import type { DayOrder, Fill, FillsFrom } from '../exchange.ts';
import type { KisConnection } from './connection.ts';
import { koreanDay } from './korean-time.ts';
import { isAlive } from './map-order.ts';
import { fromOrderId } from './order-id.ts';
import { readDays } from './read-day.ts';

/**
 * What the orders of a symbol executed, oldest first. KIS lists no single executions, only how much of an order was
 * executed in all and at which average: so an order is one fill, told when it has ended. Told earlier, a later look would
 * find another quantity under the same id.
 */
export async function readKisFills(connection: KisConnection, symbol: string, from: FillsFrom): Promise<Fill[]> {
  const today = koreanDay(connection.now());
  const fromDay = 'fromId' in from ? (fromOrderId(from.fromId)?.day ?? today) : koreanDay(from.since);
  const to = 'until' in from && from.until !== undefined ? koreanDay(from.until) : today;
  const orders = await readDays(connection, symbol, { from: fromDay, to });
  const ended = orders.filter((order) => !isAlive(order));
  return ended.flatMap(toFill).filter((fill) => isWithin(fill, from));
}

function toFill(order: DayOrder): Fill[] {
  const { executed, averagePrice } = order;
  if (executed === null || executed === '0' || averagePrice === null) return [];
  return [
    {
      tradeId: order.exchangeOrderId,
      clientOrderId: null,
      exchangeOrderId: order.exchangeOrderId,
      symbol: order.symbol,
      side: order.side,
      quantity: executed,
      price: averagePrice,
      // Fees and tax are settled with the day's trades, not with an order.
      fee: '0',
      feeCurrency: null,
      realizedPnl: null,
      maker: false,
      at: order.updatedAt ?? order.placedAt,
    },
  ];
}

/** Ids begin with the day and count up in it. */
function isWithin(fill: Fill, from: FillsFrom): boolean {
  if ('fromId' in from) return fill.tradeId >= from.fromId;
  return fill.at >= from.since && (from.until === undefined || fill.at <= from.until);
}
