import { type Refusal, refusals } from './refusal.ts';
import type { Account, Venue } from './venue.ts';

/** A listen key lives this long after it was made or last extended. */
const VALID_MS = 60 * 60_000;

/** The account's key, if it still is one. */
export function validListenKey(account: Account, now: number): string | undefined {
  return account.listenKey !== undefined && now < account.listenKey.validUntil ? account.listenKey.key : undefined;
}

/** Ends a key: from here on nothing more is sent on its streams. Returns whether there was one. */
export function closeListenKey(venue: Venue, account: Account, expired: boolean): boolean {
  if (account.listenKey === undefined) return false;
  const { key } = account.listenKey;
  account.listenKey = undefined;
  venue.tell({ type: 'listen-key-closed', account, key, expired });
  return true;
}

/** The account's valid key with its hour renewed, or a new one under the name `made`. */
export function openListenKey(venue: Venue, account: Account, made: string, now: number): string {
  if (validListenKey(account, now) === undefined) {
    closeListenKey(venue, account, true);
    account.listenKey = { key: made, validUntil: 0 };
  }
  return extend(account, now) ?? made;
}

/** Renews the hour of the valid key. */
export const extendListenKey = (account: Account, now: number): string | Refusal =>
  (validListenKey(account, now) === undefined ? undefined : extend(account, now)) ?? refusals.noListenKey();

function extend(account: Account, now: number): string | undefined {
  if (account.listenKey) account.listenKey.validUntil = now + VALID_MS;
  return account.listenKey?.key;
}
