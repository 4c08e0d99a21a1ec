import { expect, test, vi } from 'vitest';
import type { Listener } from './listener.ts';
import { createWaiter } from './waiter.ts';

function fakeListener() {
  const handlers: ((payload: string) => void)[] = [];
  const reconnected: (() => void)[] = [];
  const listener: Listener = {
    subscribe: (_channel, handler) => {
      handlers.push(handler);
      return () => {};
    },
    onReconnect: (handler) => {
      reconnected.push(handler);
      return () => {};
    },
    close: async () => {},
  };
  return {
    listener,
    notify: (payload: string) => {
      for (const handler of handlers) handler(payload);
    },
    reconnect: () => {
      for (const handler of reconnected) handler();
    },
  };
}

test('it gives up at its time, also while a look hangs', async () => {
  const { listener } = fakeListener();
  const began = performance.now();
  const look = () => new Promise<string | undefined>(() => {});
  expect(await createWaiter({ listener, channel: 'c' }).wait('a', { timeoutMs: 320, look })).toBeUndefined();
  expect(performance.now() - began).toBeLessThan(450);
});

test('only the named ids of a notification wake their waiters', async () => {
  const { listener, notify } = fakeListener();
  const waiter = createWaiter({ listener, channel: 'c' });
  const looks = { a: 0, b: 0 };
  const waitFor = (id: 'a' | 'b') => {
    const look = async () => {
      looks[id] += 1;
      return id;
    };
    return waiter.wait(id, { timeoutMs: 200, look });
  };
  const a = waitFor('a');
  const b = waitFor('b');
  notify('x,a,y');
  expect(await a).toBe('a');
  expect(looks).toEqual({ a: 1, b: 0 });
  await b;
});

test('a notification that comes while a look runs asks for another look at once', async () => {
  const { listener, notify } = fakeListener();
  const waiter = createWaiter({ listener, channel: 'c' });
  let looks = 0;
  const look = vi.fn(async () => {
    looks += 1;
    if (looks > 1) return 'found';
    notify('a');
    return undefined;
  });
  const began = performance.now();
  const waiting = waiter.wait('a', { timeoutMs: 1_000, look });
  notify('a');
  expect(await waiting).toBe('found');
  expect(performance.now() - began).toBeLessThan(200);
});

test('everyone looks again after the listener was away', async () => {
  const { listener, reconnect } = fakeListener();
  const waiter = createWaiter({ listener, channel: 'c' });
  const began = performance.now();
  const waiting = waiter.wait('a', { timeoutMs: 1_000, look: async () => 'found' });
  reconnect();
  expect(await waiting).toBe('found');
  expect(performance.now() - began).toBeLessThan(200);
});

test('a lost connection while looking is waited out, any other failure is told', async () => {
  const { listener } = fakeListener();
  const waiter = createWaiter({ listener, channel: 'c' });
  let looks = 0;
  const flaky = async () => {
    looks += 1;
    if (looks === 1) throw Object.assign(new Error('gone'), { code: 'CONNECTION_CLOSED' });
    return 'found';
  };
  expect(await waiter.wait('a', { timeoutMs: 1_000, look: flaky })).toBe('found');
  const broken = async () => {
    throw new TypeError('wrong');
  };
  await expect(waiter.wait('a', { timeoutMs: 1_000, look: broken })).rejects.toThrow('wrong');
});
