import { venueTraits } from '@sluice/exchange';
import type { Sql } from '@sluice/service-runtime';
import { getLogger, runWithJobTag, withoutJobContext } from '@sluice/telemetry';
import { holdStreams, releaseStreams } from '../db/account-streams.ts';
import type { Exchanges } from '../sending/exchanges.ts';
import { AccountWatch, type AccountWatchDeps } from './account-watch.ts';

const log = getLogger('websocket_health_monitor');

/** Long enough for a renewal that waits behind a busy store, short enough that a dead owner's fills wait for few seconds. */
const LEASE_MS = 8_000;
const RENEW_EVERY_MS = 2_000;

export type UserStreamsDeps = Omit<AccountWatchDeps, 'account'> & {
  sql: Sql;
  replica: string;
  exchanges: Exchanges;
};

/** Accounts whose orders are followed by a stream: all that are configured, on venues that have one. */
export function watchedAccounts(configuration: ReturnType<AccountWatchDeps['configuration']>): string[] {
  const accounts = [...configuration.accounts.values()];
  return accounts.filter(({ removed, venue }) => !removed && venueTraits(venue).accountStream).map(({ name }) => name);
}

/**
 * Keeps the user streams of the accounts this process holds the lease of. A process that dies or stalls loses its leases
 * and another takes over. For a moment two may listen to one account, which does no harm: what they hear is the same,
 * and recording it twice is recording it once.
 */
export class UserStreams {
  readonly #deps: UserStreamsDeps;
  readonly #watches = new Map<string, AccountWatch>();
  #timer: NodeJS.Timeout | undefined;
  #renewing: Promise<void> | undefined;
  #stopped = false;

  constructor(deps: UserStreamsDeps) {
    this.#deps = deps;
  }

  start(): void {
    withoutJobContext(() => {
      this.renew();
      this.#timer = setInterval(() => this.renew(), RENEW_EVERY_MS);
    });
  }

  /** At once too when the configuration has changed. */
  renew(): void {
    if (this.#stopped) return;
    this.#renewing ??= runWithJobTag('WS_HEALTH', () => this.#renew())
      .catch((error) => log.debug('the leases of the user streams cannot be renewed now', error))
      .finally(() => {
        this.#renewing = undefined;
      });
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#timer);
    await this.#renewing;
    const held = [...this.#watches.keys()];
    // Given back first: what is still being polled here holds nobody up.
    const ending = held.map((account) => this.#end(account));
    await releaseStreams(this.#deps.sql, this.#deps.replica, held).catch(() => {});
    await Promise.all(ending);
  }

  async #renew(): Promise<void> {
    const { sql, replica } = this.#deps;
    const wanted = watchedAccounts(this.#deps.configuration());
    const given = [...this.#watches.keys()].filter((account) => !wanted.includes(account));
    for (const account of given) void this.#end(account);
    await releaseStreams(sql, replica, given);

    const facts = wanted.map((account) => this.#watches.get(account)?.takeFacts() ?? nothingKnown(account));
    const held = await holdStreams(sql, replica, facts, LEASE_MS);
    if (this.#stopped) return;
    const mine = new Set(held.map(({ account }) => account));
    for (const account of this.#watches.keys()) {
      if (mine.has(account)) continue;
      log.warn('the user stream of account %s was taken over by another replica: this one stalled', account);
      void this.#end(account);
    }
    for (const { account, takenFrom, isNew, askedToReconnect } of held) {
      if (isNew && takenFrom !== null) {
        log.warn('took over the user stream of account %s, whose owner %s has stalled or died', account, takenFrom);
      }
      const watch = this.#watches.get(account) ?? this.#begin(account);
      if (askedToReconnect) watch.reconnect('the health check found it silent');
      watch.ensure();
    }
  }

  #begin(account: string): AccountWatch {
    const watch = new AccountWatch({ ...this.#deps, account });
    this.#watches.set(account, watch);
    return watch;
  }

  async #end(account: string): Promise<void> {
    const watch = this.#watches.get(account);
    this.#watches.delete(account);
    await watch?.stop();
  }
}

function nothingKnown(account: string) {
  return {
    account,
    state: 'connecting' as const,
    connectedSince: null,
    heardAt: null,
    eventAt: null,
    reconnects: 0,
    reason: null,
  };
}
