import { type HaltMessage, queues } from '@sluice/contracts';
import { afterAll, beforeAll, describe, inject, test } from 'vitest';
import { answerSchemas } from '../http/openapi.ts';
import {
  adminToken,
  createInstallation,
  type TestGateway,
  type TestInstallation,
} from '../testing/test-installation.ts';

let installation: TestInstallation;
let gateway: TestGateway;

beforeAll(async () => {
  installation = await createInstallation(inject('databaseUrl'));
  await installation.addStrategy('test1');
  gateway = await installation.gateway();
});
afterAll(() => installation.end());

async function ask(action: 'halt' | 'resume', body: object) {
  const response = await fetch(`${gateway.url}/admin/${action}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${adminToken}` },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: (await response.json()) as { error?: string } };
}
const messages = async () =>
  (
    await installation.sql<{ data: HaltMessage }[]>`
      select data from pgboss.job where name = ${queues.halt} order by (data ->> 'request')::bigint`
  ).map(({ data }) => data);

describe.concurrent('a halt', () => {
  test('that nobody confirms is answered 503 with what is known, and stays to be carried out', async ({ expect }) => {
    const { status, body } = await ask('halt', { strategy: 'test1', reason: 'audit', by: 'kim' });
    expect(status).toBe(503);
    expect(body.error).toMatch(/^order-queue: accepted, not confirmed yet: .*carried out as soon as one runs/);
    expect(await messages()).toContainEqual(
      expect.objectContaining({ scope: 'strategy', name: 'test1', halted: true, reason: 'audit', by: 'kim' }),
    );
  });

  test('is answered with the reply of order-queue, and a resume asked later has the higher number', async ({
    expect,
  }) => {
    const halt = ask('halt', { all: true });
    await expect.poll(async () => (await messages()).find(({ scope }) => scope === 'all')).toBeDefined();
    const { id, request } = (await messages()).find(({ scope }) => scope === 'all')!;
    const reply = {
      halts: [{ scope: 'all', name: '', reason: 'r', by: 'b', since: '2026-01-05T00:00:00Z' }],
      paused: [],
    };
    await installation.sql`insert into orders.halt_reply (id, body) values (${id}, ${installation.sql.json(reply)})`;
    const answer = await halt;
    expect(answer).toEqual({ status: 200, body: { success: true, ...reply } });
    answerSchemas.halts.parse(answer.body);
    // Deleted by the reading.
    expect(await installation.sql`select from orders.halt_reply`).toHaveLength(0);
    const resume = ask('resume', { all: true });
    await expect.poll(async () => (await messages()).find(({ halted }) => !halted)?.request).toBeGreaterThan(request);
    expect((await resume).status).toBe(503);
  });

  test('of a name nobody has is answered 404 with those there are, and of a wrong body 400; nothing is sent', async ({
    expect,
  }) => {
    expect(await ask('halt', { account: 'x' })).toMatchObject({
      status: 404,
      body: { error: 'account: there is no account "x"; there are test1-binance-usdm' },
    });
    expect((await ask('resume', { all: true, account: 'x' })).status).toBe(400);
    expect((await messages()).filter(({ scope }) => scope === 'account')).toEqual([]);
  });
});
