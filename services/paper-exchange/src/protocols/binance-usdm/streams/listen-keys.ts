import type { Account } from '../../../matching/venue.ts';

/** A listen key lives this long after it was made or last extended. */
const VALID_MS = 60 * 60_000;

interface ListenKey {
  readonly key: string;
  /** ms; a key past its time is as good as none. */
  validUntil: number;
}

/** The names of the accounts' user data streams: one at most for each. */
export class ListenKeys {
  readonly #keys = new Map<Account, ListenKey>();
  readonly #closed: (account: Account, key: string, expired: boolean) => void;

  /** `closed` is called when nothing more is sent on a key's streams. */
  constructor(closed: (account: Account, key: string, expired: boolean) => void) {
    this.#closed = closed;
  }

  /** The account's key, whether or not its hour is over. */
  of(account: Account): Readonly<ListenKey> | undefined {
    return this.#keys.get(account);
  }

  /** The account's key, if it still is one. */
  valid(account: Account, now: number): string | undefined {
    const found = this.#keys.get(account);
    return found !== undefined && now < found.validUntil ? found.key : undefined;
  }

  /** Ends a key: from here on nothing more is sent on its streams. Returns whether there was one. */
  close(account: Account, expired: boolean): boolean {
    const found = this.#keys.get(account);
    if (found === undefined) return false;
    this.#keys.delete(account);
    this.#closed(account, found.key, expired);
    return true;
  }

  /** Ends what is past its hour. */
  expire(now: number): void {
    for (const [account, { validUntil }] of [...this.#keys]) if (now >= validUntil) this.close(account, true);
  }

  /** The account's valid key with its hour renewed, or a new one under the name `made`. */
  open(account: Account, made: string, now: number): string {
    const valid = this.extend(account, now);
    if (valid !== undefined) return valid;
    this.close(account, true);
    this.#keys.set(account, { key: made, validUntil: now + VALID_MS });
    return made;
  }

  /** Renews the hour of the account's key; undefined when it has none. */
  extend(account: Account, now: number): string | undefined {
    const found = this.#keys.get(account);
    if (found === undefined || now >= found.validUntil) return undefined;
    found.validUntil = now + VALID_MS;
    return found.key;
  }

  /** Forgets all of them without a word, with the accounts they belonged to. */
  clear(): void {
    this.#keys.clear();
  }
}
