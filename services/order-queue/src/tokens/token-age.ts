/** A token and its times, ms since the epoch. */
export type AccessToken = { token: string; issuedAt: number; expiresAt: number };

const MINUTE_MS = 60_000;
/** A request under way may be checked this much later, on another clock. */
const BEFORE_EXPIRY_MS = 5 * MINUTE_MS;
/** Sooner the venue hands out the same one again, and tells the owner of the key for nothing. */
const RENEW_AFTER_MS = 6 * 60 * MINUTE_MS;

/** `fresh`: use it. `due`: use it, and see to the next. `over`: do not use it. */
export type TokenAge = 'fresh' | 'due' | 'over';

export function ageOf({ issuedAt, expiresAt }: Omit<AccessToken, 'token'>, now: number): TokenAge {
  if (now >= expiresAt - BEFORE_EXPIRY_MS) return 'over';
  return now >= issuedAt + RENEW_AFTER_MS ? 'due' : 'fresh';
}
