import { afterAll, beforeAll, expect, test } from 'vitest';
import { binanceSpot } from '../harness/test-venues.ts';
import { crashOnTheWire } from '../trials/crash-on-the-wire.ts';
import { type CrashRig, startCrashRig } from '../trials/crash-rig.ts';

// An id is free again once its order is filled: a MARKET order sent twice under one id would be bought twice.

let rig: CrashRig;

beforeAll(async () => {
  rig = await startCrashRig(['killed', 'killed-early', 'frozen'], binanceSpot);
});
afterAll(() => rig?.stop());

test('a process killed with orders at every point of their way loses none and doubles none', async () => {
  expect(await crashOnTheWire(rig, 'killed', { kind: 'kill' })).toEqual([]);
  await rig.startVictim();
});

test('what a killed process had on the wire is found when it arrives in time, filled or not, and never sent again', async () => {
  expect(await crashOnTheWire(rig, 'killed-early', { kind: 'kill' }, 'inTime')).toEqual([]);
  await rig.startVictim();
});

test('a process frozen for 30 s there comes back to a world that went on without it, and harms nothing', async () => {
  expect(await crashOnTheWire(rig, 'frozen', { kind: 'freeze', forMs: 30_000 })).toEqual([]);
});
