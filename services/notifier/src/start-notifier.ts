import { channels, queues } from '@sluice/contracts';
import {
  connectPostgres,
  createBoss,
  createListener,
  DatabaseClock,
  type ServiceContext,
  serveHttp,
  startHeartbeat,
  startServiceJobs,
  workRetention,
} from '@sluice/service-runtime';
import { createApp } from './app.ts';
import { CommandReader } from './commands/command-reader.ts';
import { Sender } from './delivery/sender.ts';
import { Speaker } from './delivery/speaker.ts';
import { createTelegramClient } from './delivery/telegram-client.ts';
import type { Env } from './env.ts';
import { sendDailySummary } from './jobs/send-daily-summary.ts';
import { takeMessages } from './receiving/take-messages.ts';
import { retentionSteps } from './retention/retention-steps.ts';
import { createSettings } from './settings.ts';
import { JobWatch } from './watching/job-watch.ts';

export const serviceName = 'notifier';

const POOL_SIZE = 3;

/** Starts a notifier and returns the port of its health routes; `onStop` gets what ends it, to be run last first. */
export async function startNotifier(
  env: Env,
  { replica, onStop }: Pick<ServiceContext, 'replica' | 'onStop'>,
): Promise<number> {
  const url = env.DATABASE_URL;
  const sql = connectPostgres({ url, max: POOL_SIZE, applicationName: serviceName });
  onStop('database', () => sql.end({ timeout: 5 }));
  const clock = new DatabaseClock(sql);
  await clock.start();
  onStop('clock', () => clock.stop());
  const now = () => Math.round(clock.now());
  const settings = createSettings(sql, { ...process.env, SECRETS_DIR: env.SECRETS_DIR });
  const boss = await createBoss({ url, applicationName: serviceName, role: 'worker' });
  onStop('job queue', () => boss.stop({ timeout: 5_000 }));
  const listener = await createListener(url, [channels.configChanged], { applicationName: serviceName });
  onStop('listener', () => listener.close());

  const telegram = createTelegramClient();
  const held = () => speaker.held;
  const sender = new Sender({ sql, replica, settings, telegram, held, now });
  const commands = new CommandReader({ sql, boss, settings, telegram, held, now, rates: sender.rates });
  const watch = new JobWatch({ sql, settings, now, stored: () => sender.look() });
  const speaker: Speaker = new Speaker(sql, replica, {
    async start(awaySince) {
      await sender.start(awaySince);
      commands.start();
      watch.start();
    },
    async stop() {
      await Promise.all([watch.stop(), commands.stop(), sender.stop()]);
    },
  });
  await speaker.start();
  onStop('Telegram', () => speaker.stop(), { deadlineMs: 13_000 });

  const handlers = { send_daily_summary: sendDailySummary({ sql, settings, stored: () => sender.look() }) };
  const jobs = await startServiceJobs({ boss, sql, service: serviceName, replica, handlers, listener });
  onStop('jobs', () => jobs.stop());
  const steps = ({ receiptsDays }: { receiptsDays: number }) => retentionSteps(sql, receiptsDays);
  const retention = await workRetention({ boss, queue: queues.retentionNotifier, steps });
  onStop('retention', () => retention.stop());
  await takeMessages({ sql, boss, settings, stored: () => sender.look() });
  onStop('messages', () => boss.offWork(queues.notify));

  const ready = async () => ((await settings()).revision < 0 ? 'no configuration has been applied yet' : undefined);
  const isReady = async () => (await ready()) === undefined;
  const heartbeat = startHeartbeat({ sql, service: serviceName, replica, ready: isReady });
  onStop('heartbeat', () => heartbeat.stop());
  const server = await serveHttp(createApp({ ready }), { port: env.PORT, host: env.HOST });
  onStop('http', () => server.close());
  return server.port;
}
