import type { MarketType, VenueName } from '@sluice/contracts';
import { krxCalendar, type SessionCalendar, type SessionSettings, venueTraits } from '@sluice/exchange';

export type StrategyConfig = {
  name: string;
  marketType: MarketType;
  maxAgeMs: number;
  active: boolean;
  removed: boolean;
};

export type SecretReference = { env: string } | { file: string };

export type AccountConfig = {
  name: string;
  id: number;
  venue: VenueName;
  /** Origin to talk to instead of the real exchange; null for the real one. */
  endpoint: string | null;
  /** The outgoing address its requests share a weight limit by. */
  egress: string;
  apiKey: SecretReference;
  apiSecret: SecretReference;
  accountNumber: SecretReference | null;
  marginMode: 'cross' | 'isolated';
  maxOpenOrders: number | null;
  maxConditionalOrders: number | null;
  reserve: { buy: number; sell: number; conditional: number };
  /** When shares of the balance are allotted anew: decimals, per cent and hours. */
  rebalance: { threshold: string; minIntervalHours: string };
  active: boolean;
  removed: boolean;
};

export type LinkConfig = {
  strategy: string;
  account: string;
  share: string | null;
  capital: string | null;
  leverage: string;
  active: boolean;
  removed: boolean;
};

/** What a person decided, as last applied. Replaced whole on a change, never edited. */
export type Configuration = {
  revision: number;
  /** Prefix of every client order id. */
  installation: string;
  strategies: Map<string, StrategyConfig>;
  accounts: Map<string, AccountConfig>;
  /** Keyed by {@link linkKey}. */
  links: Map<string, LinkConfig>;
  /** The hours of the venues that have any. */
  calendars: ReadonlyMap<VenueName, SessionCalendar>;
};

/** The calendars of the venues in use that take orders in session hours only. */
export function calendarsOf(
  venues: readonly ({ name: VenueName } & SessionSettings)[],
): ReadonlyMap<VenueName, SessionCalendar> {
  const inSessions = venues.filter(({ name }) => venueTraits(name).sessions);
  return new Map(inSessions.map((venue) => [venue.name, krxCalendar(venue)]));
}

/** The hours in which an account's venue takes orders; null where it always does. */
export function calendarOf(configuration: Configuration, account: string): SessionCalendar | null {
  const venue = configuration.accounts.get(account)?.venue;
  return venue === undefined ? null : (configuration.calendars.get(venue) ?? null);
}

export function linkKey(strategy: string, account: string): string {
  return `${strategy}\n${account}`;
}

/** Why nothing new is sent for a strategy on an account; null when it may trade there. */
export function heldReason(configuration: Configuration, strategy: string, account: string): string | null {
  const s = configuration.strategies.get(strategy);
  if (s === undefined || s.removed) return `strategy ${strategy} was taken out of the configuration`;
  if (!s.active) return `strategy ${strategy} is inactive`;
  const a = configuration.accounts.get(account);
  if (a === undefined || a.removed) return `account ${account} was taken out of the configuration`;
  if (!a.active) return `account ${account} is inactive`;
  const link = configuration.links.get(linkKey(strategy, account));
  if (link === undefined || link.removed) return `strategy ${strategy} is no longer linked to account ${account}`;
  if (!link.active) return `strategy ${strategy} is inactive on account ${account}`;
  return null;
}

/** Whether the strategy, the account or the link between them was taken out; false for what is not known here. */
export function isTakenOut(configuration: Configuration, strategy: string, account: string): boolean {
  return [
    configuration.strategies.get(strategy),
    configuration.accounts.get(account),
    configuration.links.get(linkKey(strategy, account)),
  ].some((known) => known?.removed === true);
}

/** The links of an account for which nothing new is sent, as {@link linkKey}s. */
export function heldLinks(configuration: Configuration, account: string): string[] {
  const held: string[] = [];
  // What was taken out keeps its link, so there are no orders of a strategy that has none.
  for (const [key, link] of configuration.links) {
    if (link.account === account && heldReason(configuration, link.strategy, account) !== null) held.push(key);
  }
  return held;
}

/**
 * The leverage the exchange is set to for an account: one number per (account, symbol) on the exchange, so strategies
 * that share an account get the highest of theirs; each is still sized by its own.
 */
export function accountLeverage(configuration: Configuration, account: string): number {
  let highest = 1;
  for (const link of configuration.links.values()) {
    if (link.account === account && !link.removed) highest = Math.max(highest, Number(link.leverage));
  }
  return highest;
}
