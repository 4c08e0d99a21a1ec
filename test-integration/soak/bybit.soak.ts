import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { limits } from '../harness/alerts.ts';
import { eventually } from '../harness/eventually.ts';
import { bybitLinear } from '../harness/test-venues.ts';
import { useStack } from '../harness/use-stack.ts';
import { crashOnTheWire } from '../trials/crash-on-the-wire.ts';
import { type CrashRig, startCrashRig } from '../trials/crash-rig.ts';

// The window is judged when a request arrives, and an acknowledged order takes effect later: what is not there yet may come.

describe('A process on Bybit', () => {
  let rig: CrashRig;
  beforeAll(async () => {
    rig = await startCrashRig(['killed', 'killed-early', 'frozen'], bybitLinear);
  });
  afterAll(() => rig?.stop());

  test('that is killed with orders at every point of their way loses none and doubles none', async () => {
    expect(await crashOnTheWire(rig, 'killed', { kind: 'kill' })).toEqual([]);
    await rig.startVictim();
  });

  test('that is killed finds what it had on the wire, filled or not, and never sends it again', async () => {
    expect(await crashOnTheWire(rig, 'killed-early', { kind: 'kill' }, 'inTime')).toEqual([]);
    await rig.startVictim();
  });

  test('that is frozen for 30 s comes back to a world that went on without it, and harms nothing', async () => {
    expect(await crashOnTheWire(rig, 'frozen', { kind: 'freeze', forMs: 30_000 })).toEqual([]);
  });
});

describe('An order whose acknowledgement was lost', () => {
  const stack = useStack({ venue: bybitLinear, strategies: ['late'] });
  const { symbol, venueSymbol } = bybitLinear.main;

  test('and that can be seen only 10 s later is not taken for absent, and stays the only one', async () => {
    await stack().exchange.control('/switches', { acknowledgeAheadMs: 10_000 });
    await stack().exchange.fault('late', { match: { call: 'place' }, do: 'drop-after' });
    const answer = stack().gateway.settled(limits('late', symbol, [90_000]));
    await eventually(async () => {
      expect(await stack().orders.counts('late')).toEqual({ open: 1 });
    }, 40_000);
    await answer;
    const { acceptedTwice, orders } = await stack().exchange.record('late');
    expect([acceptedTwice, orders.length]).toEqual([[], 1]);
    expect(await stack().exchange.resting('late', venueSymbol)).toHaveLength(1);
    expect((await stack().orders.of('late'))[0]?.attempts).toBe(1);
    await stack().exchange.control('/switches', { acknowledgeAheadMs: 0 });
  }, 60_000);
});

describe('With ten orders a second, as Bybit takes them from most accounts', () => {
  const stack = useStack({
    venue: bybitLinear,
    strategies: ['limits'],
    paper: { PAPER_RATE_LIMITS: 'on' },
    environment: (service) => (service === 'market-data' ? { BYBIT_ORDERS_PER_SECOND: '10' } : {}),
  });

  test('thirty orders for twenty places come to rest within seconds, and none is refused for its rate', async () => {
    const prices = Array.from({ length: 30 }, (_, place) => 95_000 - place * 100);
    await stack().gateway.settled(limits('limits', bybitLinear.main.symbol, prices));
    await eventually(async () => {
      expect(await stack().orders.counts('limits')).toEqual({ open: 20, pending: 10 });
    }, 20_000);
    const { calls } = await stack().exchange.record('limits');
    expect(calls.place).toEqual({ received: 20, accepted: 20, refused: {} });
  }, 30_000);
});
