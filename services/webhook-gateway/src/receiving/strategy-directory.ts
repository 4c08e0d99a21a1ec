import { createHash, timingSafeEqual } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { channels } from '@sluice/contracts';
import { type Listener, type SqlOrTx, sqlState } from '@sluice/service-runtime';
import { getLogger } from '@sluice/telemetry';
import { readStrategies, type StrategyRow } from '../db/read-strategies.ts';
import { readSymbols } from '../db/read-symbols.ts';
import type { VenueSymbols } from '../intake/normalise-symbol.ts';

export type StrategyDirectory = {
  /**
   * The strategy of this name if the token is its own, else null: an unknown name and a wrong token look and take the
   * same. Rejects when the configuration had to be read anew and could not be.
   */
  authenticate(name: string, token: string): Promise<StrategyRow | null>;
  /** Every strategy this token belongs to. Rejects as {@link authenticate} does. */
  ownersOf(token: string): Promise<string[]>;
  /** Whether all these strategies have this token still, as far as is known now. */
  owns(token: string, names: readonly string[]): boolean;
  /** The symbol lists of the exchange markets the strategy is on; null for one without a list yet. */
  symbolsOf(strategy: StrategyRow): VenueSymbols[];
  /** Hashes of all tokens, to find one in a body that cannot be read. */
  tokenHashes(): ReadonlySet<string>;
  /** Reads everything anew. */
  refresh(): Promise<void>;
  /** Why it cannot serve, or undefined. */
  reasonAgainst(): string | undefined;
  stop(): void;
};

/** Strategies change by a command, which announces it; this is for an announcement that was lost. */
const strategiesEveryMs = 1_000;
const symbolsEveryMs = 5_000;
/** A refused token is held against a look that began after it came, but a flood of them is not a flood of reads. */
const rereadAfterMs = 100;
/** Longer than any pause of a healthy store; a gateway that has heard nothing for this long should get no alerts. */
const outdatedAfterMs = 5_000;

const log = getLogger('strategies');

/**
 * Keeps strategies and symbols in memory, so that an alert is authenticated and checked without a round trip. Empty
 * until the first refresh.
 */
export function startStrategyDirectory(sql: SqlOrTx, listener: Listener): StrategyDirectory {
  let strategies = new Map<string, StrategyRow>();
  let hashes: ReadonlySet<string> = new Set();
  let symbols = new Map<string, ReadonlySet<string>>();
  let readAt = Number.NEGATIVE_INFINITY;
  let reading: Promise<void> | undefined;
  let looking: Promise<void> | undefined;
  let failing = false;

  const reread = (): Promise<void> => {
    // Joined by whoever comes meanwhile.
    reading ??= (async () => {
      const begun = performance.now();
      const rows = await readStrategies(sql);
      strategies = new Map(rows.map((row) => [row.name, row]));
      hashes = new Set(rows.map((row) => row.tokenHash));
      readAt = begun;
    })().finally(() => {
      reading = undefined;
    });
    return reading;
  };
  /** A look that begins as soon as one may, shared by all who are refused meanwhile. */
  const look = (): Promise<void> => {
    looking ??= (async () => {
      const wait = readAt + rereadAfterMs - performance.now();
      if (wait > 0) await sleep(wait);
      await reread();
    })().finally(() => {
      looking = undefined;
    });
    return looking;
  };
  const inBackground = (work: () => Promise<void>) => (): void => {
    work().then(
      () => {
        if (failing) log.info('the configuration can be read again');
        failing = false;
      },
      (error: unknown) => {
        if (!failing) log.warn('the configuration cannot be read (%s)', sqlState(error) ?? 'no connection', error);
        failing = true;
      },
    );
  };
  const rereadSymbols = async (): Promise<void> => {
    const rows = await readSymbols(sql);
    symbols = new Map(rows.map((row) => [row.venue, new Set(row.symbols)]));
  };

  const refresh = async (): Promise<void> => {
    await reread();
    await rereadSymbols();
  };
  const rereadAll = inBackground(refresh);
  const unsubscribe = [listener.subscribe(channels.configChanged, rereadAll), listener.onReconnect(rereadAll)];
  const timers = [
    setInterval(inBackground(reread), strategiesEveryMs),
    setInterval(inBackground(rereadSymbols), symbolsEveryMs),
  ];

  const find = (name: string, given: Buffer): StrategyRow | null => {
    const strategy = strategies.get(name);
    // Compared also where there is nothing to compare with, so that time does not tell a name from a guess.
    const own = strategy === undefined ? given.map((byte) => byte ^ 1) : Buffer.from(strategy.tokenHash, 'hex');
    return timingSafeEqual(own, given) && strategy !== undefined ? strategy : null;
  };

  // All are compared, whichever it is.
  const findOwners = (given: Buffer): string[] =>
    [...strategies.values()]
      .filter(({ tokenHash }) => timingSafeEqual(Buffer.from(tokenHash, 'hex'), given))
      .map(({ name }) => name);

  return {
    async ownersOf(token) {
      const given = createHash('sha256').update(token).digest();
      const found = findOwners(given);
      if (found.length > 0 || performance.now() - readAt < rereadAfterMs) return found;
      await reread();
      return findOwners(given);
    },
    owns(token, names) {
      const given = createHash('sha256').update(token).digest();
      return names.every((name) => find(name, given) !== null);
    },
    async authenticate(name, token) {
      const asked = performance.now();
      const given = createHash('sha256').update(token).digest();
      let found = find(name, given);
      // A 401 is never sent again: a strategy that was configured before its alert must be known, however shortly before.
      // What was under way when the alert came may have begun too early, so two looks may be needed, never three.
      while (found === null && readAt < asked) {
        await look();
        found = find(name, given);
      }
      return found;
    },
    symbolsOf: (strategy) => strategy.venues.map((venue) => symbols.get(venue) ?? null),
    tokenHashes: () => hashes,
    refresh,
    reasonAgainst() {
      if (performance.now() - readAt < outdatedAfterMs) return undefined;
      return readAt < 0 ? 'the configuration has not been read yet' : 'the store does not answer';
    },
    stop() {
      for (const timer of timers) clearInterval(timer);
      for (const end of unsubscribe) end();
    },
  };
}
