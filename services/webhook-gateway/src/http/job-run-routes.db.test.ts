import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import {
  adminToken,
  createInstallation,
  type TestGateway,
  type TestInstallation,
} from '../testing/test-installation.ts';

const headers = { authorization: `Bearer ${adminToken}` };
const jobs = '/admin/system/background-jobs';

let installation: TestInstallation;
let gateway: TestGateway;

beforeAll(async () => {
  installation = await createInstallation(inject('databaseUrl'));
  gateway = await installation.gateway();
});
afterAll(() => installation.end());

/** A run as the queue keeps it. */
async function run(state: string, output: object | null = null): Promise<string> {
  const id = randomUUID();
  const { sql } = installation;
  await sql`delete from pgboss.job where name = 'job.price_cache'`;
  await sql`
    insert into pgboss.job (id, name, state, output, policy)
    values (${id}, 'job.price_cache', ${state}::pgboss.job_state, ${output === null ? null : sql.json(output as never)}, 'exclusive')`;
  return id;
}
const told = (path: string) => gateway.get(`${jobs}/${path}`, headers);

test.each(['created', 'retry', 'active'])(
  'a run that is %s is said to be under way, and where to ask again',
  async (state) => {
    const path = `price_cache/runs/${await run(state)}`;
    const answer = await told(path);
    expect(answer).toMatchObject({ status: 202, body: { accepted: true, status_url: `${jobs}/${path}` } });
    expect(answer.headers.get('location')).toBe(`${jobs}/${path}`);
  },
);

test.each([
  ['changed', true],
  ['idle', true],
  ['failed', false],
  ['aborted', false],
])('a run that has ended as %s is told with what it did: success %s', async (outcome, success) => {
  const reply = { outcome, replica: 'a', durationMs: 7, counts: { prices: 3 }, summary: 'all read' };
  expect(await told(`update_price_cache/runs/${await run('completed', reply)}`)).toMatchObject({
    status: 200,
    body: { success, job_id: 'price_cache', outcome, replica: 'a', duration_ms: 7, counts: { prices: 3 } },
  });
});

test('a run that broke off is told with its error, and is no success', async () => {
  expect(await told(`price_cache/runs/${await run('failed', { message: 'no such market' })}`)).toMatchObject({
    status: 200,
    body: { success: false, outcome: 'failed', error: 'no such market' },
  });
});

test('a run is found under its own job alone, and is gone where it was deleted or never was', async () => {
  const id = await run('active');
  for (const path of [`queue_rebalancer/runs/${id}`, `price_cache/runs/${randomUUID()}`, 'price_cache/runs/last']) {
    expect(await told(path)).toMatchObject({ status: 404, body: { errors: [{ path: 'run' }] } });
  }
  expect(await told(`price_cash/runs/${id}`)).toMatchObject({ status: 404, body: { errors: [{ path: 'job_id' }] } });
  expect((await gateway.get(`${jobs}/price_cache/runs/${id}`)).status).toBe(401);
});
