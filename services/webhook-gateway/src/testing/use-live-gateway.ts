import { request } from 'node:http';
import { channels } from '@sluice/contracts';
import { connectPostgres, type Sql, type Tx } from '@sluice/service-runtime';
import { afterAll, afterEach, beforeAll, inject } from 'vitest';
import { adminToken, createInstallation, type TestGateway, type TestInstallation } from './test-installation.ts';

type Heard = { type: string; id: string; data: Record<string, unknown> };
/** Somebody who listens, and what they heard. */
export type Ear = {
  status: number;
  events: Heard[];
  comments: string[];
  over: boolean;
  /** Waits until this is so of what was heard. */
  until(is: (ear: Ear) => boolean): Promise<void>;
  /** Numbers of the orders' events, in the order they were heard. */
  numbers(): number[];
  hangUp(): void;
};

type Told = { token?: string; lastEventId?: string; at?: TestGateway };

/** A gateway whose events tests write and hear; made for all tests of a file, like the strategies and orders 1 and 2. */
export type LiveGateway = {
  readonly installation: TestInstallation;
  readonly gateway: TestGateway;
  readonly sql: Sql;
  /** With the admin token and without a last id, at the first gateway, unless told otherwise. */
  listen(query?: string, told?: Told): Promise<Ear>;
  /** One that is told what happens from here on. */
  ready(query?: string, told?: Told): Promise<Ear>;
  /** Writes events of an order with a hint, as order-queue does, and returns their numbers. */
  write(order?: number, count?: number, kind?: string, detail?: object): Promise<number[]>;
  /** Writes and waits with the commit until told. */
  hold(order?: number, count?: number): Promise<{ ids: number[]; end(how: 'commit' | 'roll back'): Promise<unknown> }>;
};

export const last = (ear: Ear): Heard => ear.events.at(-1)!;
export const heard = (ear: Ear, id: number): Promise<void> => ear.until(() => ear.numbers().includes(id));

const sentDetail = { executed: '0', exchange_order_id: '812' };

export function useLiveGateway(): LiveGateway {
  let installation: TestInstallation;
  let gateway: TestGateway;
  let sql: Sql;
  let writers: Sql;
  const ears: Ear[] = [];

  beforeAll(async () => {
    installation = await createInstallation(inject('databaseUrl'));
    ({ sql } = installation);
    await installation.addStrategy('test1');
    await installation.addStrategy('test2');
    await sql`
      insert into orders.entry (id, uuid, alert_id, strategy, account, venue, symbol, order_index, arrival, type, side, price,
        reduce_only, quantity, priority, sort_price, status, wanted, received_at)
      select id, gen_random_uuid(), 'a', 'test' || id, 'test' || id || '-binance-usdm', 'binance-usdm', symbol, id, id, 'LIMIT',
        'buy', 95000, false, 0.5, 3, 95000, 'open', 'live', now()
      from (values (1, 'BTC/USDT'), (2, 'ETH/USDT')) o(id, symbol)`;
    writers = connectPostgres({ url: installation.url, applicationName: 'writers', max: 12 });
    gateway = await installation.gateway();
  });
  afterEach(() => {
    for (const ear of ears.splice(0)) ear.hangUp();
  });
  afterAll(async () => {
    await writers.end({ timeout: 5 });
    await installation.end();
  });

  const listen: LiveGateway['listen'] = async (
    query = '',
    { token = adminToken, lastEventId = '', at = gateway } = {},
  ) => {
    const ear = await openEar(`${at.url}/api/events${query}`, token, lastEventId);
    ears.push(ear);
    return ear;
  };
  return {
    get installation() {
      return installation;
    },
    get gateway() {
      return gateway;
    },
    get sql() {
      return sql;
    },
    listen,
    async ready(query, told) {
      const ear = await listen(query, told);
      await ear.until(({ events }) => events.some(({ type }) => type === 'ready'));
      return ear;
    },
    async write(order = 1, count = 1, kind = 'sent', detail = sentDetail) {
      const ids = await insert(sql, order, count, kind, detail);
      await sql`select pg_notify(${channels.liveEvents}, '')`;
      return ids;
    },
    async hold(order = 1, count = 1) {
      const written = Promise.withResolvers<number[]>();
      const told = Promise.withResolvers<'commit' | 'roll back'>();
      const done = writers
        .begin(async (tx) => {
          written.resolve(await insert(tx, order, count, 'sent', sentDetail));
          if ((await told.promise) === 'roll back') throw new Error('rolled back');
        })
        .catch(() => {});
      const end = (how: 'commit' | 'roll back') => {
        told.resolve(how);
        return done;
      };
      return { ids: await written.promise, end };
    },
  };
}

/** Writes events of an order, in or outside a transaction, and returns their numbers. */
async function insert(tx: Sql | Tx, order: number, count: number, kind: string, detail: object): Promise<number[]> {
  const rows = await tx<{ id: number }[]>`
    insert into orders.event (order_id, kind, status, attempt, cause, detail)
    select ${order}, ${kind}, 'open', 1, 'a', ${tx.json(detail as never)} from generate_series(1, ${count}) returning id`;
  return rows.map(({ id }) => id);
}

function openEar(url: string, token: string, lastEventId: string): Promise<Ear> {
  const opened = Promise.withResolvers<Ear>();
  const headers = { authorization: `Bearer ${token}`, ...(lastEventId === '' ? {} : { 'last-event-id': lastEventId }) };
  const sent = request(url, { headers, agent: false }, (response) => {
    const waiting = new Set<() => void>();
    const ear: Ear = {
      status: response.statusCode!,
      events: [],
      comments: [],
      over: false,
      until: async (is) => {
        while (!is(ear)) await new Promise<void>((resolve) => waiting.add(resolve));
      },
      numbers: () => ear.events.filter(({ type }) => type.startsWith('order.')).map(({ data }) => data.event as number),
      hangUp: () => sent.destroy(),
    };
    let text = '';
    const wake = () => {
      for (const resolve of waiting) resolve();
      waiting.clear();
    };
    response.setEncoding('utf8').on('data', (piece: string) => {
      text += piece;
      const blocks = text.split('\n\n');
      text = blocks.pop()!;
      for (const block of blocks) {
        const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1];
        const type = field('event');
        if (type !== undefined) ear.events.push({ type, id: field('id')!, data: JSON.parse(field('data')!) });
        else if (block.startsWith(': ')) ear.comments.push(block.slice(2));
      }
      wake();
    });
    const end = () => {
      ear.over = true;
      wake();
    };
    response.on('end', end).on('error', end);
    opened.resolve(ear);
  });
  sent.on('error', () => {});
  sent.end();
  return opened.promise;
}
