import { jobCatalogue } from '@sluice/contracts';
import { connectPostgres } from '@sluice/service-runtime';
import { createMigratedDatabase, startDrivenReplica } from '@sluice/service-runtime/testing';
import { captureLogs } from '@sluice/telemetry/testing';
import { expect, inject, test } from 'vitest';
import { openVenue } from '../sources/open-venue.ts';
import { VenueSources } from '../sources/venue-sources.ts';
import { contract, startListedExchange } from '../testing/listed-exchange.ts';
import { useExchange } from '../testing/use-exchange.ts';
import { jobHandlers } from './handlers.ts';

test('every record of every job of this service carries the tag of its job, when it works and when it fails', async () => {
  const database = await createMigratedDatabase(inject('databaseUrl'));
  const sql = connectPostgres({ url: database.url, max: 2, applicationName: 'test' });
  const exchange = await startListedExchange([contract('BTC')]);
  await useExchange(sql, exchange.endpoint);
  const sources = new VenueSources(openVenue);
  const handlers = jobHandlers({ sql, sources });
  const own = jobCatalogue.filter((job) => job.service === 'market-data' && !('planned' in job));
  expect(own.length).toBeGreaterThan(0);

  for (const job of own) {
    using logs = captureLogs();
    const replica = await startDrivenReplica({
      job,
      handler: handlers[job.id as keyof typeof handlers],
      sql,
      replica: 'a',
    });
    exchange.fault = null;
    await replica.tick(new Date());
    exchange.fault = { status: 503, body: 'away' };
    await replica.tick(new Date(Date.now() + 1_000)).catch(() => {});
    await replica.stop();
    expect(new Set(logs.records.map(({ level }) => level)), job.id).toContain('INFO');
    expect(
      logs.records.filter(({ tag }) => tag !== job.tag),
      job.id,
    ).toEqual([]);
  }
  await sources.close();
  await exchange.close();
  await sql.end();
  await database.drop();
});
