import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ceilingOf, type Level, levels } from './rate-ceiling.ts';
import { type Charge, type LevelledAsk, RateLedger } from './rate-ledger.ts';
import { windowsHit } from './rate-window.ts';

const IN_WINDOW = 1_700_000_003_000;
const order = (units = 1): Charge => ({ kind: 'orders', scope: 'orders a', windowMs: 10_000, limit: 300, units });

/** The shared table of one scope, in memory: what `take_rate_budget` does with an ask. */
function sharedTable() {
  const taken = new Map<number, number>();
  return {
    taken,
    grant({ windowNo, want, ceiling, floor }: LevelledAsk): number {
      const before = Math.max(taken.get(windowNo) ?? 0, floor);
      const part = Math.max(0, Math.min(want, ceiling - before));
      taken.set(windowNo, before + part);
      return part;
    },
  };
}

/** Spends, asking the table where the ledger says so. */
function pay(ledger: RateLedger, table: ReturnType<typeof sharedTable>, charges: Charge[], level: Level, at: number) {
  const spent = ledger.spend(charges, level, at);
  if (spent.kind !== 'ask') return spent.kind === 'now';
  for (const ask of spent.asks) ledger.grant(ask, table.grant(ask));
  return ledger.spend(charges, level, at).kind === 'now';
}

describe('what a process may send', () => {
  test('has to be asked for first, and is then spent without asking', () => {
    const ledger = new RateLedger();
    const first = ledger.spend([order()], 'ordinary', IN_WINDOW);
    expect(first).toMatchObject({ kind: 'ask', asks: [{ scope: 'orders a', want: 15, ceiling: 216 }] });
    if (first.kind === 'ask') ledger.grant(first.asks[0]!, 15);
    for (let sent = 0; sent < 15; sent += 1) expect(ledger.spend([order()], 'ordinary', IN_WINDOW).kind).toBe('now');
    expect(ledger.spend([order()], 'ordinary', IN_WINDOW).kind).toBe('ask');
  });

  test('of a whole day’s orders no process takes so many that its death is felt until midnight', () => {
    const day = { ...order(), windowMs: 86_400_000, limit: 160_000 };
    expect(new RateLedger().spend([day], 'ordinary', IN_WINDOW)).toMatchObject({ kind: 'ask', asks: [{ want: 100 }] });
  });

  test('waits for the end of a window that has no more, and a MARKET order passes', () => {
    const ledger = new RateLedger();
    const table = sharedTable();
    let limits = 0;
    while (pay(ledger, table, [order()], 'ordinary', IN_WINDOW)) limits += 1;
    expect(limits).toBe(216);
    expect(ledger.spend([order()], 'ordinary', IN_WINDOW)).toEqual({ kind: 'later', at: 1_700_000_010_250 });
    let markets = 0;
    while (pay(ledger, table, [order()], 'immediate', IN_WINDOW)) markets += 1;
    expect(limits + markets).toBe(270);
  });

  test('is asked for again by other limits, whenever the answer by the old ones comes', () => {
    const ledger = new RateLedger();
    const first = ledger.spend([order()], 'ordinary', IN_WINDOW);
    const raised = { ...order(), limit: 3_000 };
    // What was asked by the old limits is answered after they have changed, by a table that others have filled by the new.
    if (first.kind === 'ask') ledger.grant(first.asks[0]!, 0);
    expect(ledger.spend([order()], 'ordinary', IN_WINDOW).kind).toBe('later');
    expect(ledger.atHand(raised, 'ordinary', IN_WINDOW).overAt).toBeNull();
    expect(ledger.spend([raised], 'ordinary', IN_WINDOW)).toMatchObject({ kind: 'ask', asks: [{ ceiling: 2_160 }] });
  });

  test('does not include what the exchange says others have used', () => {
    const ledger = new RateLedger();
    const table = sharedTable();
    pay(ledger, table, [order()], 'ordinary', IN_WINDOW);
    ledger.observe('orders a', 10_000, 200, IN_WINDOW, IN_WINDOW + 20);
    let sent = 0;
    while (pay(ledger, table, [order()], 'ordinary', IN_WINDOW)) sent += 1;
    // The 14 at hand and two more, up to the 216 that LIMIT orders may fill.
    expect(sent).toBe(16);
    ledger.observe('orders a', 10_000, 270, IN_WINDOW, IN_WINDOW + 20);
    expect(ledger.spend([order()], 'immediate', IN_WINDOW).kind).toBe('later');
  });

  test('that is not sent is given back whole', () => {
    const ledger = new RateLedger();
    const table = sharedTable();
    pay(ledger, table, [order(5)], 'ordinary', IN_WINDOW);
    expect(ledger.returnAll()).toMatchObject([{ scope: 'orders a', windowNo: 170_000_000, want: -10 }]);
    expect(ledger.spend([order()], 'ordinary', IN_WINDOW).kind).toBe('ask');
  });

  test('is a whole request even where a limit is lower than its cost, once per window', () => {
    const ledger = new RateLedger();
    const table = sharedTable();
    const tight = { ...order(5), limit: 4 };
    expect(pay(ledger, table, [tight], 'ordinary', IN_WINDOW)).toBe(true);
    expect(pay(ledger, table, [tight], 'ordinary', IN_WINDOW)).toBe(false);
  });
});

test('however several processes send, no window gets more than its ceiling, in whichever of the two it arrives', () => {
  const sends = fc.array(
    fc.record({
      process: fc.nat(2),
      level: fc.constantFrom(...levels),
      units: fc.constantFrom(1, 5),
      later: fc.nat(900),
      under: fc.nat(3_000),
    }),
    { minLength: 200, maxLength: 800 },
  );
  fc.assert(
    fc.property(sends, fc.constantFrom(20, 40, 100), (all, limit) => {
      const table = sharedTable();
      const ledgers = [new RateLedger(), new RateLedger(), new RateLedger()];
      const arrived = new Map<number, number>();
      const ordinary = new Map<number, number>();
      let at = IN_WINDOW;
      for (const { process, level, units, later, under } of all) {
        at += Math.floor(later / 10);
        const charge = { ...order(units), limit };
        if (!pay(ledgers[process]!, table, [charge], level, at)) continue;
        const windowNo = Math.floor((at + under) / 10_000);
        expect(windowsHit(at, 10_000)).toContain(windowNo);
        arrived.set(windowNo, (arrived.get(windowNo) ?? 0) + units);
        if (level === 'ordinary') ordinary.set(windowNo, (ordinary.get(windowNo) ?? 0) + units);
      }
      for (const count of arrived.values()) expect(count).toBeLessThanOrEqual(ceilingOf('orders', limit, 'immediate'));
      for (const count of ordinary.values()) expect(count).toBeLessThanOrEqual(ceilingOf('orders', limit, 'ordinary'));
    }),
    { numRuns: 60 },
  );
});
