import { type AlertOrder, Decimal, type VenueName } from '@sluice/contracts';
import { type SessionCalendar, venueTraits } from '@sluice/exchange';
import type { LinkConfig, StrategyConfig } from '../configuration/configuration.ts';
import type { Sizing } from '../db/read-sizing.ts';
import type { Denial } from '../orders/order.ts';
import { type Sized, sizeOrder } from '../orders/size-order.ts';
import { closedText } from './closed-text.ts';

/** A price older than this sizes no MARKET order. */
const PRICE_MAX_AGE_MS = 40_000;

export type SizedOrder = { order: AlertOrder; sized: Extract<Sized, { kind: 'sized' }> };
export type DeniedOrder = {
  order: AlertOrder;
  failureType: Denial;
  message: string;
  /** With `market_closed`: which exchange, and when it opens, ms since the epoch. */
  opening?: { exchange: string; at: number };
};

/** Sizes each placeable order of an alert for one account; what cannot be sized fails alone. */
export function sizeAlert(
  orders: AlertOrder[],
  strategy: StrategyConfig,
  venue: VenueName,
  /** The hours of the venue; a MARKET order outside them is refused, since its price is not that of the opening. */
  calendar: SessionCalendar | null,
  link: LinkConfig,
  sizing: Sizing,
  freshPrices: Map<string, { price: string; at: number }>,
  now: number,
): { sized: SizedOrder[]; denied: DeniedOrder[] } {
  const sized: SizedOrder[] = [];
  const denied: DeniedOrder[] = [];
  const capital = link.capital ?? sizing.allotted;
  const session = calendar?.at(now);
  for (const order of orders) {
    if (order.type === 'MARKET' && calendar !== null && session?.open === false) {
      const opening = { exchange: calendar.name, at: session.opensAt };
      denied.push({ order, failureType: 'market_closed', message: closedText(calendar, session.opensAt), opening });
      continue;
    }
    const facts = order.symbol === null ? undefined : sizing.symbols.get(order.symbol);
    const result = sizeOrder({
      order,
      marketType: strategy.marketType,
      lacks: venueTraits(venue).lacks ?? [],
      capital: capital === null ? null : new Decimal(capital),
      leverage: new Decimal(link.leverage),
      market: facts?.market ?? (sizing.listLoaded ? 'unknown_symbol' : 'not_loaded'),
      lastPrice: lastPrice(facts, order.symbol === null ? undefined : freshPrices.get(order.symbol)),
      position: new Decimal(facts?.position ?? 0),
      now,
      priceMaxAgeMs: PRICE_MAX_AGE_MS,
    });
    if (result.kind === 'sized') sized.push({ order, sized: result });
    else denied.push({ order, failureType: result.failureType, message: result.reason });
  }
  return { sized, denied };
}

function lastPrice(
  facts: { price: string | null; pricedAt: Date | null } | undefined,
  fresh: { price: string; at: number } | undefined,
): { price: Decimal; at: number } | null {
  if (fresh !== undefined) return { price: new Decimal(fresh.price), at: fresh.at };
  if (facts === undefined || facts.price === null || facts.pricedAt === null) return null;
  return { price: new Decimal(facts.price), at: facts.pricedAt.getTime() };
}
