import { spawn } from 'node:child_process';
import { queues } from '@sluice/contracts';
import { runWithJobTag } from '@sluice/telemetry';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { connectPostgres, type Sql } from '../postgres/connect-postgres.ts';
import { createMigratedDatabase, type TestDatabase } from '../testing.ts';
import { bossDb } from './boss-db.ts';
import { createBoss } from './create-boss.ts';

const index = new URL('../index.ts', import.meta.url).href;
const telemetry = import.meta.resolve('@sluice/telemetry');

let database: TestDatabase;
let sql: Sql;

beforeAll(async () => {
  database = await createMigratedDatabase(inject('databaseUrl'));
  sql = connectPostgres({ url: database.url, max: 2, applicationName: 'test' });
});

afterAll(async () => {
  await sql.end();
  await database.drop();
});

/** Another process that logs each message it is handed; ends after `count` of them. */
async function logMessagesElsewhere(count: number): Promise<string[]> {
  const program = `
    import { createBoss } from ${JSON.stringify(index)};
    import { getLogger, startTelemetry } from ${JSON.stringify(telemetry)};
    const telemetry = await startTelemetry({ service: 'notifier' });
    const boss = await createBoss({ url: process.env.DATABASE_URL, applicationName: 'notifier', role: 'worker' });
    const log = getLogger('notifier');
    let left = ${count};
    await boss.work('notify', { batchSize: 1, pollingIntervalSeconds: 0.5, notifyPollingIntervalSeconds: 0.5 }, async ([job]) => {
      await new Promise((resolve) => setTimeout(resolve, 1));
      log.info('delivered %s', job.data.key);
      left -= 1;
      if (left === 0) setTimeout(async () => { await boss.stop({ graceful: false }); await telemetry.stop(); process.exit(0); }, 50);
    });`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    env: {
      PATH: process.env.PATH ?? '',
      NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
      LOG_FORMAT: 'text',
      DATABASE_URL: database.url,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const tooLong = setTimeout(() => child.kill('SIGKILL'), 12_000);
  await new Promise((resolve) => child.on('close', resolve));
  clearTimeout(tooLong);
  return output
    .trimEnd()
    .split('\n')
    .map((line) => line.slice(24))
    .filter((line) => line.includes('delivered'))
    .sort();
}

test("what another service logs about a message of a job carries that job's tag, however the message was sent", async () => {
  const boss = await createBoss({ url: database.url, applicationName: 'test', role: 'sender' });
  await runWithJobTag('QUEUE_REBAL', async () => {
    await boss.send(queues.notify, { key: 'sent' });
    await sql.begin((tx) => boss.send(queues.notify, { key: 'sent in a transaction' }, { db: bossDb(tx) }));
    await sql.begin((tx) => boss.insert(queues.notify, [{ data: { key: 'inserted' } }], { db: bossDb(tx) }));
  });
  await runWithJobTag('PNL_CALC', () => boss.send(queues.notify, { key: 'of another job' }));
  await boss.send(queues.notify, { key: 'of no job' });
  await boss.stop({ graceful: false });

  expect(await logMessagesElsewhere(5)).toEqual([
    'INFO: [PNL_CALC] delivered of another job',
    'INFO: [QUEUE_REBAL] delivered inserted',
    'INFO: [QUEUE_REBAL] delivered sent',
    'INFO: [QUEUE_REBAL] delivered sent in a transaction',
    'INFO: delivered of no job',
  ]);
});
