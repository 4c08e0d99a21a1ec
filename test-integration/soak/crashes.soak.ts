import { afterAll, beforeAll, expect, test } from 'vitest';
import { crashAfterClaim } from '../trials/crash-after-claim.ts';
import { crashAfterLastCheck } from '../trials/crash-after-last-check.ts';
import { crashOnTheWire } from '../trials/crash-on-the-wire.ts';
import { type CrashRig, startCrashRig } from '../trials/crash-rig.ts';
import { freezeInTransaction } from '../trials/freeze-in-transaction.ts';

const frozen = { kind: 'freeze', forMs: 30_000 } as const;
let rig: CrashRig;

beforeAll(async () => {
  rig = await startCrashRig([
    'killed',
    'killed-early',
    'frozen',
    'killed-checked',
    'frozen-checked',
    'killed-twice',
    'frozen-inside',
  ]);
});
afterAll(() => rig?.stop());

test('a process killed with orders at every point of their way loses none and doubles none', async () => {
  expect(await crashOnTheWire(rig, 'killed', { kind: 'kill' })).toEqual([]);
  await rig.startVictim();
});

test('what a killed process had on the wire is adopted when it arrives in time', async () => {
  expect(await crashOnTheWire(rig, 'killed-early', { kind: 'kill' }, 'inTime')).toEqual([]);
  await rig.startVictim();
});

test('a process frozen for 30 s there comes back to a world that went on without it, and harms nothing', async () => {
  expect(await crashOnTheWire(rig, 'frozen', frozen)).toEqual([]);
});

test('a process killed between its last check and the write has sent nothing', async () => {
  expect(await crashAfterLastCheck(rig, 'killed-checked', { kind: 'kill' })).toEqual([]);
  await rig.startVictim();
});

test('a process frozen for 30 s between its last check and the write sends too late, and is refused', async () => {
  expect(await crashAfterLastCheck(rig, 'frozen-checked', frozen)).toEqual([]);
});

test('who takes claims over and is killed on the spot is followed by a third', async () => {
  expect(await crashAfterClaim(rig, 'killed-twice')).toEqual([]);
  await rig.rescuer.start();
});

test('a process frozen inside a transaction keeps nobody from its pairs', async () => {
  expect(await freezeInTransaction(rig, 'frozen-inside', 21_000)).toEqual([]);
});
