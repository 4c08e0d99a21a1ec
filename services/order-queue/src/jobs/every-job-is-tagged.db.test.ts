import { jobCatalogue } from '@sluice/contracts';
import type { Exchange } from '@sluice/exchange';
import { createBoss, type JobHandlers } from '@sluice/service-runtime';
import { startDrivenReplica } from '@sluice/service-runtime/testing';
import { captureLogs } from '@sluice/telemetry/testing';
import { expect, inject, test } from 'vitest';
import type { Configuration } from '../configuration/configuration.ts';
import { createTestQueue } from '../testing/test-queue.ts';
import { TokenBroker } from '../tokens/token-broker.ts';
import { createUnknownOrderReports } from '../tracking/unknown-order-reports.ts';
import { createWatch } from '../watching/watch-warnings.ts';
import { autoRebalance } from './auto-rebalance.ts';
import { calculateDailyPerformance } from './calculate-daily-performance.ts';
import { queueRebalancerHandler } from './queue-rebalancer.ts';
import { releaseStaleProcessing } from './release-stale-processing.ts';
import { securitiesTokenRefresh } from './securities-token-refresh.ts';
import { updateOpenOrders } from './update-open-orders.ts';
import { updatePositions } from './update-positions.ts';
import { websocketHealthMonitor } from './websocket-health-monitor.ts';

test('every record of every job of this service carries the tag of its job', async () => {
  const queue = await createTestQueue(inject('databaseUrl'));
  const boss = await createBoss({ url: queue.url, applicationName: 'order-queue-test', role: 'sender' });
  const { sql, swaps, room, configuration } = queue;
  const now = Date.now;
  // Whatever can be logged while a job runs is: an exchange that fails, a pair that is planned, a backlog.
  await queue.market('BTC/USDT', { open: 1 });
  await queue.plan([{ price: '90000' }, { price: '89000' }]);
  await sql`update orders.entry set status = 'open', updated_at = now() - interval '1 minute' where status = 'submitting'`;
  await sql`
    insert into orders.rebalance_due (account, symbol, due_at, since) values ('a1', 'BTC/USDT', now() - interval '1 hour', now() - interval '1 hour')
    on conflict (account, symbol) do update set due_at = excluded.due_at, since = excluded.since`;
  await sql`update config.strategy_account set capital = null, share = 50`;
  await queue.market('ETH/USDT', {});
  await queue.plan([{ price: '3000', symbol: 'ETH/USDT' }]);
  await sql`update orders.entry set updated_at = now() - interval '2 minutes' where symbol = 'ETH/USDT'`;
  const failing = {
    openOrders: async () => Promise.reject(new Error('away')),
    positions: async () => Promise.reject(new Error('away')),
    balance: async () => Promise.reject(new Error('away')),
  } as unknown as Exchange;
  const away = { of: async () => failing, forSending: async () => failing, close: async () => {} };
  const handlers = {
    queue_rebalancer: queueRebalancerHandler({
      ...{ sql, boss, replica: 'a', configuration, swaps, room, now, committed: () => {} },
      watch: createWatch(sql, boss, configuration, now),
    }),
    release_stale_processing: releaseStaleProcessing({ sql, boss, configuration, now, answered: () => {} }),
    update_open_orders: updateOpenOrders({
      ...{ sql, configuration, now, report: () => {} },
      exchanges: away,
      announceUnknown: createUnknownOrderReports(boss, now),
    }),
    update_positions: updatePositions({
      ...{ sql, boss, configuration, now },
      exchanges: away,
    }),
    auto_rebalance: autoRebalance({ ...{ sql, configuration, now }, exchanges: away }),
    calculate_daily_performance: calculateDailyPerformance({ sql }),
    websocket_health_monitor: websocketHealthMonitor({ sql, configuration, lookAgainAfterMs: 0 }),
    securities_token_refresh: securitiesTokenRefresh({
      configuration: () => onKis(configuration()),
      keys: { of: async () => Promise.reject(new Error('no keys')) },
      broker: new TokenBroker({ sql, key: null, now }),
    }),
  } satisfies JobHandlers<'order-queue'>;

  for (const [id, handler] of Object.entries(handlers)) {
    using logs = captureLogs();
    const job = jobCatalogue.find((one) => one.id === id)!;
    const replica = await startDrivenReplica({ job, handler, sql, replica: 'a' });
    await replica.tick(new Date()).catch(() => {});
    await replica.stop();
    expect(logs.records.length, id).toBeGreaterThan(0);
    expect(
      logs.records.filter(({ tag }) => tag !== job.tag),
      id,
    ).toEqual([]);
  }
  await boss.stop({ graceful: false });
  await queue.end();
});

/** The same accounts on a venue that wants tokens. */
function onKis(configuration: Configuration): Configuration {
  const accounts = [...configuration.accounts].map(([name, account]) => [name, { ...account, venue: 'kis' }] as const);
  return { ...configuration, accounts: new Map(accounts) };
}
