import type { Exchange } from '@sluice/exchange';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import type { Configuration } from '../configuration/configuration.ts';
import { createTestQueue, type TestQueue } from '../testing/test-queue.ts';
import { createSymbolSettings } from './symbol-settings.ts';

let queue: TestQueue;
/** The exchange's own setting, and every one it was asked for. */
let atExchange: number;
let asked: number[];
let onSet: () => Promise<void>;

beforeEach(async () => {
  queue = await createTestQueue(inject('databaseUrl'));
  asked = [];
  onSet = async () => {};
});

afterEach(async () => {
  await queue.end();
});

const exchange = {
  venue: 'binance-usdm',
  setLeverage: async (_: string, leverage: number) => {
    await onSet();
    asked.push(leverage);
    atExchange = leverage;
  },
} as unknown as Exchange;

async function configure(leverage: number): Promise<Configuration> {
  await queue.sql`update config.strategy_account set leverage = ${leverage}`;
  await queue.sql`update config.installation set revision = revision + 1`;
  await queue.reconfigure();
  return queue.configuration();
}

/** A replica that knows what it was told last. */
function replica() {
  let known = queue.configuration();
  const settings = createSymbolSettings(queue.sql, () => known);
  return {
    hears: (configuration: Configuration) => {
      known = configuration;
    },
    beforeOrder: () => settings.ensure(exchange, 'a1', 'BTC/USDT'),
  };
}

test('a leverage that is changed and changed back is set each time, and only then', async () => {
  const one = replica();
  for (const leverage of [10, 20, 10]) {
    one.hears(await configure(leverage));
    await one.beforeOrder();
    await one.beforeOrder();
  }
  expect(asked).toEqual([10, 20, 10]);
});

test('what one replica has set, no other sets again', async () => {
  const [one, other] = [replica(), replica()];
  const configuration = await configure(10);
  for (const any of [one, other]) any.hears(configuration);
  await one.beforeOrder();
  await other.beforeOrder();
  await other.beforeOrder();
  expect(asked).toEqual([10]);
});

test('a replica that slept through a change sets what holds again, although it had set the same before', async () => {
  const [awake, asleep] = [replica(), replica()];
  const first = await configure(10);
  asleep.hears(first);
  await asleep.beforeOrder();
  awake.hears(await configure(20));
  await awake.beforeOrder();
  asleep.hears(await configure(10));
  await asleep.beforeOrder();
  expect(atExchange).toBe(10);
});

test('a replica that has not heard of a change yet does not undo it', async () => {
  const [awake, late] = [replica(), replica()];
  late.hears(await configure(10));
  awake.hears(await configure(20));
  await awake.beforeOrder();
  await late.beforeOrder();
  expect(asked).toEqual([20]);
});

test('a replica that sets an old leverage while a newer one is being stored puts the newer one back', async () => {
  const [awake, late] = [replica(), replica()];
  late.hears(await configure(10));
  awake.hears(await configure(20));
  onSet = async () => {
    onSet = async () => {};
    await awake.beforeOrder();
  };
  await late.beforeOrder();
  expect(asked.at(-1)).toBe(20);
  expect(atExchange).toBe(20);
});

test('a change whose answer was lost is not taken for undone when it is changed back', async () => {
  const one = replica();
  one.hears(await configure(10));
  await one.beforeOrder();
  one.hears(await configure(20));
  onSet = async () => {
    atExchange = 20;
    throw new Error('no answer');
  };
  await expect(one.beforeOrder()).rejects.toThrow('no answer');
  onSet = async () => {};
  one.hears(await configure(10));
  await one.beforeOrder();
  expect(atExchange).toBe(10);
});

test('a change that the exchange refuses is tried again before the next order', async () => {
  const one = replica();
  one.hears(await configure(10));
  onSet = async () => {
    throw new Error('away');
  };
  await expect(one.beforeOrder()).rejects.toThrow('away');
  onSet = async () => {};
  await one.beforeOrder();
  expect(atExchange).toBe(10);
});
