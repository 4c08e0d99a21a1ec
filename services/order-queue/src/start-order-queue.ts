import { channels, queues } from '@sluice/contracts';
import {
  connectPostgres,
  createBoss,
  createListener,
  createNotifier,
  DatabaseClock,
  type ServiceContext,
  serveHttp,
  startHeartbeat,
  startServiceJobs,
  workRetention,
} from '@sluice/service-runtime';
import { createApp } from './app.ts';
import { ClosedScopes } from './budget/closed-scopes.ts';
import { RateBudget } from './budget/rate-budget.ts';
import { SendRoom } from './budget/send-room.ts';
import { createConfigurationCache } from './configuration/configuration-cache.ts';
import { followConfiguration } from './configuration/follow-configuration.ts';
import { bringForward } from './db/rebalance-due.ts';
import type { Env } from './env.ts';
import { createHaltWatch } from './halting/halt-watch.ts';
import { AlertIntake } from './intake/alert-intake.ts';
import { workQueues } from './intake/work-queues.ts';
import { autoRebalance } from './jobs/auto-rebalance.ts';
import { calculateDailyPerformance } from './jobs/calculate-daily-performance.ts';
import { queueRebalancerHandler } from './jobs/queue-rebalancer.ts';
import { releaseStaleProcessing } from './jobs/release-stale-processing.ts';
import { securitiesTokenRefresh } from './jobs/securities-token-refresh.ts';
import { updateOpenOrders } from './jobs/update-open-orders.ts';
import { updatePositions } from './jobs/update-positions.ts';
import { websocketHealthMonitor } from './jobs/websocket-health-monitor.ts';
import { planNextAlert } from './planning/plan-alert.ts';
import type { Committed } from './planning/plan-and-write.ts';
import { createSizing } from './planning/sizing-source.ts';
import { SwapBudget } from './planning/swap-budget.ts';
import { createAllotting } from './portfolio/allot-capital.ts';
import { recordOutcomes } from './recording/record-outcomes.ts';
import { retentionSteps } from './retention/retention-steps.ts';
import { createAccountKeys } from './sending/account-keys.ts';
import { createExchanges, requireSealingKey } from './sending/exchanges.ts';
import type { Outcome } from './sending/outcome.ts';
import { SendLoop } from './sending/send-loop.ts';
import { createSymbolSettings } from './sending/symbol-settings.ts';
import { sealingKey } from './tokens/sealed-token.ts';
import { TokenBroker } from './tokens/token-broker.ts';
import { createUnknownOrderReports } from './tracking/unknown-order-reports.ts';
import { UserStreams } from './tracking/user-streams.ts';
import { createEventHints } from './watching/event-hints.ts';
import { startQueueDepth } from './watching/queue-depth.ts';
import { RebalanceMeter } from './watching/rebalance-meter.ts';
import { reportPlan } from './watching/report-plan.ts';
import { warn } from './watching/warn.ts';
import { createWatch } from './watching/watch-warnings.ts';

export const serviceName = 'order-queue';

/** Plans and records at once; with the job queue's three connections and the listener's, a process stays at eight. */
const POOL_SIZE = 4;
/**
 * An alert waits a second, twice, for the locks of its pair before its orders fail: the locks of a process that stalls
 * in the middle of a transaction are free before that.
 */
const IDLE_IN_TRANSACTION_MS = 1_500;
/** Notifications are hints: this look at the receipts is the truth behind them. */
const LOOK_AT_RECEIPTS_EVERY_MS = 5_000;

/** Starts an order queue and returns the port of its health routes; `onStop` gets what ends it, to be run last first. */
export async function startOrderQueue(
  env: Env,
  { replica, onStop }: Pick<ServiceContext, 'replica' | 'onStop'>,
): Promise<number> {
  const url = env.DATABASE_URL;
  const sql = connectPostgres({
    url,
    max: POOL_SIZE,
    applicationName: serviceName,
    idleInTransactionMs: IDLE_IN_TRANSACTION_MS,
    plansByIndex: true,
  });
  onStop('database', () => sql.end({ timeout: 5 }));
  // One clock for all replicas: whether a request can still arrive is decided from an instant another one has signed.
  const clock = new DatabaseClock(sql);
  await clock.start();
  onStop('clock', () => clock.stop());
  const now = () => Math.round(clock.now());
  const boss = await createBoss({ url, applicationName: serviceName, role: 'worker' });
  onStop('job queue', () => boss.stop({ timeout: 5_000 }));
  const channelsHeard = [channels.alertArrived, channels.configChanged, channels.haltsChanged, channels.rateClosed];
  const listener = await createListener(url, channelsHeard, {
    applicationName: serviceName,
  });
  onStop('listener', () => listener.close());
  const notifier = createNotifier(sql);
  onStop('notifications', () => notifier.flush());
  const eventHints = createEventHints(notifier);
  onStop('hints of events', () => eventHints.stop());
  const cache = await createConfigurationCache(sql, listener);
  onStop('configuration', () => cache.stop());
  const configuration = cache.current;

  const closed = new ClosedScopes({ sql, boss, notifier });
  // What this misses is planned when its window is over.
  const limitsChanged = () => void bringForward(sql).catch(() => {});
  const budget = new RateBudget({ sql, configuration, closed, now, limitsChanged });
  await budget.start();
  onStop('rate budget', () => budget.stop());
  listener.subscribe(channels.rateClosed, () => void budget.refresh());
  const room = new SendRoom(budget, configuration, (account) => sendLoop.unsent(account), now);
  const keys = createAccountKeys(configuration, { secretsDirectory: env.SECRETS_DIR ?? null, env: process.env });
  const sealing = env.TOKEN_SEALING_KEY === undefined ? null : sealingKey(env.TOKEN_SEALING_KEY);
  const tokens = new TokenBroker({ sql, key: sealing, now });
  for (const account of configuration().accounts.values()) if (!account.removed) requireSealingKey(account, tokens);
  const exchanges = createExchanges(sql, configuration, { keys, tokens, now }, budget);
  onStop('exchange connections', () => exchanges.close());
  const halts = await createHaltWatch(sql, listener, (account) => exchanges.recheck(account));
  onStop('halts', () => halts.stop());
  const allotting = createAllotting(sql, exchanges);
  onStop('allotting', () => allotting.stop());
  const swaps = new SwapBudget(budget);
  const meter = new RebalanceMeter(sql, replica);
  onStop('totals', () => meter.stop());
  const planning = { sql, boss, replica, configuration, swaps, room, now };

  const sendLoop: SendLoop = new SendLoop({
    sql,
    replica,
    exchanges,
    settings: createSymbolSettings(sql, configuration),
    halts,
    budget,
    room,
    record: async (account, outcomes) => {
      const began = now();
      const done = await recordOutcomes(planning, account, outcomes);
      // A plan that gives out freed slots is a rebalance; one that finds nothing to move is only the end of a send.
      if (done.sent + done.demoted > 0) meter.count(done, now() - began, 1);
      return done;
    },
    committed,
    now,
  });
  function committed(done: Committed): void {
    eventHints.hint();
    for (const alert of done.answered) notifier.notify(channels.alertResult, alert);
    sendLoop.add(done.tasks);
    for (const message of done.notifications) warn(message);
  }

  const size = createSizing(sql, configuration, cache.refresh, exchanges, halts, now);
  const intake = new AlertIntake({
    sql,
    configuration,
    plan: (strategy, account) => planNextAlert({ ...planning, size }, strategy, account),
    planned: (planned) => {
      committed(planned.committed);
      const { reason: error, ...plan } = planned;
      reportPlan({ trigger: 'alert', ...plan, error });
      meter.count(planned.committed, planned.durationMs, 1);
    },
  });

  const follow = async () => {
    await followConfiguration({ ...planning, committed }, configuration());
    intake.wakeAll();
    // Not waited for: an exchange that hangs delays neither the start nor any other account.
    void allotting.run();
    userStreams.renew();
  };
  cache.onChange(follow);
  const tracking = {
    sql,
    replica,
    configuration,
    exchanges,
    report: (account: string, outcomes: Outcome[]) => sendLoop.report(account, outcomes),
    announceUnknown: createUnknownOrderReports(boss, now),
    now,
  };
  const userStreams = new UserStreams(tracking);
  const handlers = {
    queue_rebalancer: queueRebalancerHandler({
      ...planning,
      committed: (done, durationMs, pairs) => {
        committed(done);
        meter.count(done, durationMs, pairs);
      },
      watch: createWatch(sql, boss, configuration, now),
    }),
    release_stale_processing: releaseStaleProcessing({
      sql,
      boss,
      configuration,
      answered: (alerts) => {
        for (const alert of alerts) notifier.notify(channels.alertResult, alert);
      },
      now,
    }),
    update_open_orders: updateOpenOrders(tracking),
    update_positions: updatePositions({ sql, boss, configuration, exchanges, now }),
    auto_rebalance: autoRebalance({ sql, configuration, exchanges, now }),
    calculate_daily_performance: calculateDailyPerformance({ sql }),
    websocket_health_monitor: websocketHealthMonitor({ sql, configuration }),
    securities_token_refresh: securitiesTokenRefresh({ configuration, keys, broker: tokens }),
  };

  // From here on work is taken; what stops first is what takes it.
  sendLoop.start();
  onStop('sending', () => sendLoop.stop(), { deadlineMs: 12_000 });
  userStreams.start();
  onStop('user streams', () => userStreams.stop());
  const jobs = await startServiceJobs({
    boss,
    sql,
    service: serviceName,
    replica,
    handlers,
    listener,
  });
  onStop('jobs', () => jobs.stop());
  onStop('waits for the rate budget', () => budget.endWaits());
  const retention = await workRetention({
    boss,
    queue: queues.retentionOrders,
    steps: (ages) => retentionSteps(sql, ages),
  });
  onStop('retention', () => retention.stop());
  const settling = {
    exchange: (account: string) => exchanges.of(account),
    record: (account: string, outcomes: Outcome[]) => recordOutcomes(planning, account, outcomes),
    committed,
    now,
  };
  await workQueues({ sql, boss, intake, configuration, size, now, notifier, settling });
  listener.subscribe(channels.alertArrived, (strategies) => {
    for (const strategy of strategies.split(',')) intake.wake(strategy);
  });
  listener.onReconnect(() => intake.wakeAll());
  const look = setInterval(() => intake.wakeAll(), LOOK_AT_RECEIPTS_EVERY_MS);
  onStop('intake', async () => {
    clearInterval(look);
    await intake.stop();
  });
  await follow();

  const ready = () => (configuration().revision < 0 ? 'no configuration has been applied yet' : undefined);
  const heartbeat = startHeartbeat({ sql, service: serviceName, replica, ready: () => ready() === undefined });
  onStop('heartbeat', () => heartbeat.stop());
  const depth = startQueueDepth(sql, replica, configuration);
  onStop('depth of the queue', () => depth.stop());
  const server = await serveHttp(createApp({ ready }), { port: env.PORT, host: env.HOST });
  onStop('http', () => server.close());
  return server.port;
}
