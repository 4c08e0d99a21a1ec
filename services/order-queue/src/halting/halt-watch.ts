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
export const HALTS_MAX_AGE_MS = 500;
/** So that a send finds a look that is young enough and need not wait for one. */
const LOOK_EVERY_MS = 200;

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
): Promise<HaltWatch> {
  let known: HaltSwitch[] = [];
  /** performance.now() before the statement that read `known`. */
  let askedAt = Number.NEGATIVE_INFINITY;
  let looking: Promise<HaltSwitch[]> | undefined;

  async function look(): Promise<HaltSwitch[]> {
    const at = performance.now();
    const switches = await readHaltSwitches(sql);
    if (at < askedAt) return switches;
    const before = new Map(known.map((each) => [`${each.scope} ${each.name}`, each.request]));
    const first = askedAt === Number.NEGATIVE_INFINITY;
    known = switches;
    askedAt = at;
    for (const { scope, name, halted, request } of first ? [] : switches) {
      if (scope === 'account' && !halted && before.get(`${scope} ${name}`) !== request) resumed(name);
    }
    return switches;
  }
  const isFresh = () => performance.now() - askedAt <= HALTS_MAX_AGE_MS;
  async function fresh(): Promise<HaltSwitch[]> {
    if (isFresh()) return known;
    looking ??= look().finally(() => {
      looking = undefined;
    });
    await looking;
    // The look itself may have taken longer than a look may be old.
    return isFresh() ? known : await look();
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
      return reasons.some((reason) => reason !== null) ? judge(await look()) : reasons;
    },
    stop() {
      clearInterval(timer);
      for (const end of ends) end();
    },
  };
}
