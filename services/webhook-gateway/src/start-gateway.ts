import { channels, queues, type RetentionMessage } from '@sluice/contracts';
import { createLokiLogs } from '@sluice/log-query';
import {
  connectPostgres,
  createBoss,
  createListener,
  createNotifier,
  createWaiter,
  retryWhileSlow,
  type ServiceContext,
  serveHttp,
  startHeartbeat,
  startServiceJobs,
  workRetention,
} from '@sluice/service-runtime';
import { createApp } from './app.ts';
import type { Env } from './env.ts';
import { deploymentNamespace } from './job-logs/deployment-namespace.ts';
import { dataRetention } from './jobs/data-retention.ts';
import { createLiveStream } from './live/live-stream.ts';
import { startAnsweredNotes } from './receiving/answered-notes.ts';
import { createResultWaits } from './receiving/await-result.ts';
import { createDeadLetterOffice } from './receiving/dead-letters.ts';
import { startLateAnswers } from './receiving/late-answers.ts';
import { startStrategyDirectory } from './receiving/strategy-directory.ts';
import { retentionSteps } from './retention/retention-steps.ts';

export const serviceName = 'webhook-gateway';

/** An alert the store has not taken after 1.5 s is answered 503; its statement need not go on. */
const statementTimeoutMs = 1_400;
/** Connections of a replica: these, one that listens and the job queue's three make eight. */
const poolSize = 4;

/** Starts a gateway and returns the port it listens on; `onStop` gets what ends it, to be run last first. */
export async function startGateway(
  env: Env,
  { replica, onStop }: Pick<ServiceContext, 'replica' | 'onStop'>,
): Promise<number> {
  const { DATABASE_URL: url, ADMIN_TOKEN: adminToken, PORT: port, HOST: host } = env;
  const applicationName = serviceName;
  const sql = connectPostgres({ url, max: poolSize, applicationName, statementTimeoutMs, plansByIndex: true });
  onStop('database connections', () => sql.end({ timeout: 5 }));
  const boss = await createBoss({ url, applicationName, role: 'worker' });
  onStop('job queue', () => boss.stop({ timeout: 5_000 }));
  const listener = await createListener(
    url,
    [
      channels.alertResult,
      channels.dryRunReply,
      channels.haltReply,
      channels.settleReply,
      channels.configChanged,
      channels.liveEvents,
    ],
    // By a name of its own it is told from the pool's in pg_stat_activity.
    { applicationName: `${applicationName} listener` },
  );
  onStop('listener', () => listener.close());
  const notifier = createNotifier(sql);
  onStop('notifications', () => notifier.flush());

  const namespace = deploymentNamespace(env.OTEL_RESOURCE_ATTRIBUTES);
  const strategies = startStrategyDirectory(sql, listener);
  onStop('strategies', () => strategies.stop());
  await retryWhileSlow(() => strategies.refresh());
  const answered = startAnsweredNotes(sql);
  onStop('notes of answers', () => answered.stop());
  const results = createResultWaits(sql, createWaiter({ listener, channel: channels.alertResult }));
  const lateAnswers = startLateAnswers(results);
  onStop('late answers', () => lateAnswers.stop());
  const live = createLiveStream({ sql, listener });
  const app = createApp({
    sql,
    boss,
    strategies,
    results,
    dryRunReplies: createWaiter({ listener, channel: channels.dryRunReply }),
    haltReplies: createWaiter({ listener, channel: channels.haltReply }),
    settleReplies: createWaiter({ listener, channel: channels.settleReply }),
    deadLetters: createDeadLetterOffice({ sql, boss }),
    lateAnswers,
    announce: (strategy) => notifier.notify(channels.alertArrived, strategy),
    answered,
    adminToken,
    live,
    logs: env.LOKI_URL === undefined ? null : createLokiLogs({ url: env.LOKI_URL, namespace }),
  });
  const handlers = { data_retention: dataRetention(sql, boss) };
  const jobs = await startServiceJobs({ boss, sql, listener, service: serviceName, replica, handlers });
  onStop('jobs', () => jobs.stop());
  const steps = (ages: RetentionMessage) => retentionSteps(sql, ages);
  const retention = await workRetention({ boss, queue: queues.retentionGateway, steps });
  onStop('retention', () => retention.stop());
  const ready = (): boolean => strategies.reasonAgainst() === undefined;
  const heartbeat = startHeartbeat({ sql, service: serviceName, replica, ready });
  onStop('heartbeat', () => heartbeat.stop());
  const server = await serveHttp(app, { port, host });
  // Longer than the latest answer: what is being waited for is still answered. Before that, senders that keep their
  // connection get a last answer over it: one closed under an alert on its way would be an alert refused.
  onStop('http', () => server.close(5_000, { lingerMs: 1_000 }), { deadlineMs: 7_000 });
  // First: a stream has no end of its own that the drain could wait for.
  onStop('live events', () => live.stop());
  return server.port;
}
