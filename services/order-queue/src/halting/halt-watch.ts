import { channels } from '@sluice/contracts';
import type { Listener, Sql } from '@sluice/service-runtime';
import { getLogger } from '@sluice/telemetry';
import { type HaltSwitch, readHaltSwitches } from '../db/halts.ts';
import { haltReason } from '../orders/halts.ts';

const log = getLogger('halting');

/**
 * Nothing is sent on a look at the switches older than this. Whoever sets one waits as long after the commit before it
 * is confirmed: by then every process looks at it, also one whose notification was lost or that was frozen meanwhile.
 */
export const HALTS_MAX_AGE_MS = 800;
/** So that a send finds a look that is young enough and need not wait for one. */
const LOOK_EVERY_MS = 200;
/** A store that answers later than a look may be old, so many times in a row, counts as one that does not answer. */
const LOOKS_AT_MOST = 3;

/** Nobody knows now what is halted: nothing new may be sent or refused for it, and trying again helps. */
export class HaltsUnknown extends Error {
  override readonly name = 'HaltsUnknown';
}

export type HaltWatch = {
  /**
   * Why each of some strategies on accounts is halted, null where it is not. Rejects when the store does not answer:
   * then it is not known, and nothing new may be sent.
   */
  reasons(of: readonly { strategy: string; account: string }[]): Promise<(string | null)[]>;
  stop(): void;
};

/** Keeps the switches in memory. `resumed` is told of accounts whose switch was set to resume since the last look. */
export async function createHaltWatch(
  sql: Sql,
  listener: Pick<Listener, 'subscribe' | 'onReconnect'>,
  resumed: (account: string) => void = () => {},
  /** ms of a clock that is never set. */
  clock: () => number = () => performance.now(),
): Promise<HaltWatch> {
  let known: HaltSwitch[] = [];
  /** By `clock`, before the statement that read `known`. */
  let askedAt = Number.NEGATIVE_INFINITY;
  let looking: Promise<HaltSwitch[]> | undefined;

  async function look(): Promise<void> {
    const at = clock();
    const switches = await readHaltSwitches(sql);
    if (at < askedAt) return;
    const before = new Map(known.map((each) => [`${each.scope} ${each.name}`, each.request]));
    const first = askedAt === Number.NEGATIVE_INFINITY;
    known = switches;
    askedAt = at;
    for (const { scope, name, halted, request } of first ? [] : switches) {
      if (scope === 'account' && !halted && before.get(`${scope} ${name}`) !== request) resumed(name);
    }
  }
  const isFresh = () => clock() - askedAt <= HALTS_MAX_AGE_MS;
  /** A look that begins now and is young enough when its answer is there: a slow store may answer with what was long ago. */
  async function lookNow(): Promise<HaltSwitch[]> {
    for (let tries = 1; tries <= LOOKS_AT_MOST; tries++) {
      await look();
      if (isFresh()) return known;
    }
    throw new HaltsUnknown(
      `the switches of halting could not be read within ${HALTS_MAX_AGE_MS} ms, tried ${LOOKS_AT_MOST} times`,
    );
  }
  async function fresh(): Promise<HaltSwitch[]> {
    if (isFresh()) return known;
    // Joined by whoever needs one meanwhile: it is judged by its age, not by who asked for it.
    looking ??= lookNow().finally(() => {
      looking = undefined;
    });
    await looking;
    return isFresh() ? known : await lookNow();
  }
  const inBackground = () => void look().catch((error) => log.debug('could not look for halts', error));

  await look();
  const ends = [listener.subscribe(channels.haltsChanged, inBackground), listener.onReconnect(inBackground)];
  const timer = setInterval(inBackground, LOOK_EVERY_MS);
  return {
    async reasons(of) {
      const judge = (switches: HaltSwitch[]) => {
        const halts = switches.filter(({ halted }) => halted);
        return of.map(({ strategy, account }) => haltReason(halts, strategy, account));
      };
      const reasons = judge(await fresh());
      // A resume this process has not heard of would have claims given back and taken again until it has.
      return reasons.some((reason) => reason !== null) ? judge(await lookNow()) : reasons;
    },
    stop() {
      clearInterval(timer);
      for (const end of ends) end();
    },
  };
}
