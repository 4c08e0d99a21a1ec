import type { Sql } from '@sluice/service-runtime';
import { getLogger } from '@sluice/telemetry';
import { type Configuration, calendarOf, heldReason, linkKey } from '../configuration/configuration.ts';
import type { AlertToPlan } from '../db/alert-intake.ts';
import { readSizing, type Sizing } from '../db/read-sizing.ts';
import type { HaltWatch } from '../halting/halt-watch.ts';
import type { Exchanges } from '../sending/exchanges.ts';
import { isCancel } from './cancel-targets.ts';
import { type DeniedOrder, type SizedOrder, sizeAlert } from './size-alert.ts';

const log = getLogger('planning');

/** A stored price older than this is fetched anew for a MARKET order. */
const FETCH_PRICE_AFTER_MS = 1_000;
/** The fetch may take this long in all; after it the stored price has to do. */
const FETCH_PRICE_WITHIN_MS = 500;

/** Sizes an alert's orders for one account outside any transaction: the price of a MARKET order may be asked for. */
export function createSizing(
  sql: Sql,
  configuration: () => Configuration,
  /** Looks for a newer configuration at once. */
  refresh: () => Promise<void>,
  exchanges: Exchanges,
  halts: Pick<HaltWatch, 'reasons'>,
  now: () => number,
) {
  async function freshPrices(alert: Pick<AlertToPlan, 'orders'>, account: string, sizing: Sizing) {
    const stale = new Set<string>();
    for (const order of alert.orders) {
      if (order.type !== 'MARKET' || order.reduceOnly || order.symbol === null) continue;
      const facts = sizing.symbols.get(order.symbol);
      if (!facts?.market) continue;
      if (facts.pricedAt === null || facts.pricedAt.getTime() < now() - FETCH_PRICE_AFTER_MS) stale.add(order.symbol);
    }
    const fresh = new Map<string, { price: string; at: number }>();
    if (stale.size === 0) return fresh;
    const fetched = [...stale].map(async (symbol) => {
      const exchange = await exchanges.of(account);
      const ticker = await exchange.ticker(symbol, { timeoutMs: FETCH_PRICE_WITHIN_MS });
      // The moment it was asked for: an exchange may date a ticker by its last trade, minutes ago on a quiet market.
      fresh.set(symbol, { price: ticker.last, at: now() });
    });
    const deadline = new Promise<void>((resolve) => setTimeout(resolve, FETCH_PRICE_WITHIN_MS).unref());
    const results = await Promise.race([Promise.allSettled(fetched), deadline]);
    for (const result of results ?? []) {
      if (result.status === 'rejected')
        log.warn('no fresh price for a MARKET order of %s; the stored one is used', account, result.reason);
    }
    return new Map(fresh);
  }

  return async (
    alert: Pick<AlertToPlan, 'orders' | 'strategy'>,
    account: string,
  ): Promise<{ sized: SizedOrder[]; denied: DeniedOrder[] }> => {
    // The gateway may have heard of a new strategy or link before this process did.
    if (heldReason(configuration(), alert.strategy, account) !== null) await refresh();
    const current = configuration();
    const placeable = alert.orders.filter((order) => !isCancel(order));
    const held = heldReason(current, alert.strategy, account);
    if (held !== null) {
      return { sized: [], denied: placeable.map((order) => ({ order, failureType: 'unknown', message: held })) };
    }
    if (placeable.length === 0) return { sized: [], denied: [] };
    const [halted] = await halts.reasons([{ strategy: alert.strategy, account }]);
    if (halted != null) {
      return { sized: [], denied: placeable.map((order) => ({ order, failureType: 'halted', message: halted })) };
    }
    const venue = current.accounts.get(account)!.venue;
    const symbols = [...new Set(placeable.flatMap((order) => (order.symbol === null ? [] : [order.symbol])))];
    const sizing = await readSizing(sql, { strategy: alert.strategy, account, venue, symbols });
    const strategy = current.strategies.get(alert.strategy)!;
    const calendar = calendarOf(current, account);
    const link = current.links.get(linkKey(alert.strategy, account))!;
    return sizeAlert(
      placeable,
      strategy,
      venue,
      calendar,
      link,
      sizing,
      await freshPrices(alert, account, sizing),
      now(),
    );
  };
}
