import { connectPostgres, readEnv, runService, serveHttp, startHeartbeat } from '@sluice/service-runtime';
import { createApp } from './app.ts';
import { envSchema } from './env.ts';
import { readMissingData } from './jobs/due-jobs.ts';
import { runJobs } from './jobs/run-jobs.ts';
import { openVenue } from './sources/open-venue.ts';
import { VenueSources } from './sources/venue-sources.ts';
import { PriceStreams } from './streaming/price-streams.ts';

const service = 'market-data';

await runService({
  name: service,
  async start({ replica, onStop }) {
    const { DATABASE_URL: url, PORT: port, BYBIT_ORDERS_PER_SECOND: ofBybit } = readEnv(envSchema);
    const sql = connectPostgres({ url, max: 3, applicationName: service });
    onStop('database', () => sql.end({ timeout: 5 }));

    const missing = () => readMissingData(sql);
    const server = await serveHttp(createApp(missing), { port });
    onStop('http', () => server.close());

    const sources = new VenueSources((venue) => openVenue(venue, { 'bybit-linear': ofBybit }));
    onStop('exchange connections', () => sources.close());
    await runJobs({ url, service, replica, sql, sources, onStop });

    const streams = new PriceStreams({ sql, sources, replica });
    onStop('price streams', () => streams.stop());
    const ready = async () => (await missing()).length === 0;
    const details = () => ({ priceStreams: streams.details() });
    const heartbeat = startHeartbeat({ sql, service, replica, ready, details });
    onStop('heartbeat', () => heartbeat.stop());
  },
});
