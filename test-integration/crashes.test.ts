import { afterAll, beforeAll, expect, test } from 'vitest';
import { crashAfterLastCheck } from './trials/crash-after-last-check.ts';
import { crashOnTheWire } from './trials/crash-on-the-wire.ts';
import { type CrashRig, startCrashRig } from './trials/crash-rig.ts';

let rig: CrashRig;

beforeAll(async () => {
  rig = await startCrashRig(['killed', 'frozen-checked']);
});
afterAll(() => rig?.stop());

test('a process frozen between its last check and the write sends too late, is refused, and sends anew', async () => {
  expect(await crashAfterLastCheck(rig, 'frozen-checked', { kind: 'freeze', forMs: 4_500 })).toEqual([]);
});

test('a process killed with orders at every point of their way loses none and doubles none', async () => {
  expect(await crashOnTheWire(rig, 'killed', { kind: 'kill' })).toEqual([]);
});
