import type { RateAsk } from '@sluice/service-runtime';
import { ceilingOf, chunkOf, type Level, type LimitKind, levels } from './rate-ceiling.ts';
import { overAt, windowOfAnswer, windowsHit } from './rate-window.ts';

/** What a request costs in one of the exchange's windows; `limit` is the exchange's own number. */
export type Charge = { kind: LimitKind; scope: string; windowMs: number; limit: number; units: number };

export type LevelledAsk = RateAsk & { level: Level };

type Lease = {
  windowMs: number;
  windowNo: number;
  /** Granted and not spent, by the level it was granted at; a higher level may also spend what a lower one holds. */
  held: number[];
  /** The exchange's own count, by its last answer. */
  seen: number;
  /** What we have spent since, which that count may not hold yet. */
  since: { at: number; units: number }[];
  /**
   * The highest ceiling at which more was refused, 0 while none was: below it less still is granted. Not the level: limits
   * may change between an ask and its answer, and what was refused by the old ones must not hold for the new.
   */
  denied: number;
};

/** `now`: it is paid. `ask`: the shared budget has to be asked first. `later`: nothing is left before `at`. */
export type Spent = { kind: 'now' } | { kind: 'ask'; asks: LevelledAsk[] } | { kind: 'later'; at: number };

/**
 * What this process holds of the shared budget, and what it has spent of that. Pure but for its own memory: times are
 * given, on the exchange's clock.
 */
export class RateLedger {
  readonly #leases = new Map<string, Lease>();

  /** Pays for a request in every window it may be counted in, or in none. `demand`: how many such requests wait. */
  spend(charges: readonly Charge[], level: Level, at: number, demand = 1): Spent {
    const { asks, laterAt } = this.shortage(charges, level, at, 1, demand);
    if (laterAt > 0) return { kind: 'later', at: laterAt };
    if (asks.length > 0) return { kind: 'ask', asks };
    for (const charge of charges) {
      for (const windowNo of windowsHit(at, charge.windowMs)) {
        const lease = this.#lease(charge, windowNo);
        take(lease, level, charge.units);
        lease.since.push({ at, units: charge.units });
      }
    }
    return { kind: 'now' };
  }

  /**
   * What would have to be asked for before `need` such requests can leave, and from when there is more where all is gone.
   */
  shortage(
    charges: readonly Charge[],
    level: Level,
    at: number,
    need: number,
    demand: number,
  ): { asks: LevelledAsk[]; laterAt: number } {
    const asks: LevelledAsk[] = [];
    let laterAt = 0;
    for (const charge of charges) {
      for (const windowNo of windowsHit(at, charge.windowMs)) {
        const lease = this.#lease(charge, windowNo);
        const missing = need * charge.units - heldAt(lease, level);
        const full = inUse(lease) + charge.units > ceilingFor(charge, 'immediate');
        if (missing <= 0 && !full) continue;
        const ceiling = ceilingFor(charge, level);
        if (full || lease.denied >= ceiling) {
          laterAt = Math.max(laterAt, overAt(windowNo, charge.windowMs));
          continue;
        }
        asks.push({
          scope: charge.scope,
          windowMs: charge.windowMs,
          windowNo,
          want: wanted(charge, level, missing, demand * charge.units - heldAt(lease, level)),
          ceiling,
          floor: lease.seen === 0 ? 0 : inUse(lease) + sum(lease.held),
          level,
        });
      }
    }
    return { asks, laterAt };
  }

  /** What came back for an ask. Less than wanted means that the window has no more for this level. */
  grant(ask: LevelledAsk, granted: number): void {
    const lease = this.#lease(ask, ask.windowNo);
    lease.held[levels.indexOf(ask.level)]! += granted;
    if (granted < ask.want) lease.denied = Math.max(lease.denied, ask.ceiling);
  }

  /** The exchange's own count of a window, as an answer carried it. Others may use the same key or address. */
  observe(scope: string, windowMs: number, count: number, sentAt: number, receivedAt: number): void {
    const windowNo = windowOfAnswer(sentAt, receivedAt, windowMs);
    if (windowNo === null) return;
    const lease = this.#lease({ scope, windowMs }, windowNo);
    lease.seen = Math.max(lease.seen, count);
    lease.since = lease.since.filter(({ at }) => at > sentAt);
  }

  /** Units at hand for a request that leaves now, and when the windows it falls in are over where they have no more. */
  atHand(charge: Charge, level: Level, at: number): { units: number; overAt: number | null } {
    const windows = windowsHit(at, charge.windowMs).map((windowNo) => this.#lease(charge, windowNo));
    const spent = windows.filter((lease) => lease.denied >= ceilingFor(charge, level));
    return {
      units: Math.min(...windows.map((lease) => heldAt(lease, level))),
      overAt: spent.length === 0 ? null : Math.max(...spent.map((lease) => overAt(lease.windowNo, lease.windowMs))),
    };
  }

  /** What was not spent, as asks that give it back; it is gone from here. */
  returnAll(): RateAsk[] {
    const back: RateAsk[] = [];
    for (const [key, lease] of this.#leases) {
      const units = sum(lease.held);
      if (units === 0) continue;
      const scope = key.split('\n')[0]!;
      const { windowMs, windowNo } = lease;
      back.push({ scope, windowMs, windowNo, want: -units, ceiling: 0, floor: 0 });
      lease.held = levels.map(() => 0);
    }
    return back;
  }

  /** Forgets windows that are over. */
  forget(at: number): void {
    for (const [key, lease] of this.#leases) {
      if (overAt(lease.windowNo, lease.windowMs) < at - lease.windowMs) this.#leases.delete(key);
    }
  }

  #lease({ scope, windowMs }: { scope: string; windowMs: number }, windowNo: number): Lease {
    const key = `${scope}\n${windowMs}\n${windowNo}`;
    let lease = this.#leases.get(key);
    if (lease === undefined) {
      lease = { windowMs, windowNo, held: levels.map(() => 0), seen: 0, since: [], denied: 0 };
      this.#leases.set(key, lease);
    }
    return lease;
  }
}

/** A limit below the cost of one request would never let it pass: that is sent in an empty window. */
function ceilingFor(charge: Charge, level: Level): number {
  return Math.max(ceilingOf(charge.kind, charge.limit, level), charge.units);
}

/**
 * More than is missing, so that the next orders need not ask; but of what is kept for the more urgent no more than that.
 */
function wanted(charge: Charge, level: Level, missing: number, demanded: number): number {
  if (level !== 'ordinary') return missing;
  const chunk = chunkOf(charge.limit, charge.windowMs);
  return Math.max(missing, Math.min(Math.max(demanded, chunk), 4 * chunk));
}

/** Of a window, by the exchange's count and what it cannot have counted yet; without a count only the latter. */
function inUse(lease: Lease): number {
  return lease.seen + (lease.seen === 0 ? 0 : lease.since.reduce((total, { units }) => total + units, 0));
}

function heldAt(lease: Lease, level: Level): number {
  return sum(lease.held.slice(0, levels.indexOf(level) + 1));
}

/** Its own level's units first: what only a higher level may spend is kept for it longest. */
function take(lease: Lease, level: Level, units: number): void {
  let left = units;
  for (let place = levels.indexOf(level); place >= 0; place -= 1) {
    const part = Math.min(left, lease.held[place]!);
    lease.held[place]! -= part;
    left -= part;
  }
}

function sum(units: number[]): number {
  return units.reduce((total, part) => total + part, 0);
}
