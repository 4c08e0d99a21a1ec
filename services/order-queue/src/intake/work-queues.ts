import {
  type AlertOrder,
  channels,
  type HaltMessage,
  type PlanAlertMessage,
  queues,
  type SettleMessage,
} from '@sluice/contracts';
import type { Notifier, Sql } from '@sluice/service-runtime';
import { getLogger } from '@sluice/telemetry';
import type { PgBoss } from 'pg-boss';
import type { Configuration } from '../configuration/configuration.ts';
import { writeDryRunReply } from '../db/dry-run-reply.ts';
import { changeHalt } from '../halting/change-halt.ts';
import { type DryRunDeps, dryRun } from '../planning/dry-run.ts';
import { type SettleDeps, settleOrder } from '../settling/settle-order.ts';
import type { AlertIntake } from './alert-intake.ts';

const log = getLogger('intake');

/** A wake-up job per alert: by the time it is fetched the alert is usually planned, and many are settled at once. */
const ALERT_JOBS_AT_ONCE = 100;

export type WorkQueuesDeps = {
  sql: Sql;
  boss: PgBoss;
  intake: AlertIntake;
  configuration: () => Configuration;
  size: DryRunDeps['size'];
  now: () => number;
  notifier: Notifier;
  settling: Omit<SettleDeps, 'sql' | 'notifier'>;
};

/** Takes the gateway's messages: alerts to see planned, dry runs to answer, halts, resumes and persons' words to carry out. */
export async function workQueues(deps: WorkQueuesDeps): Promise<void> {
  const { sql, boss, intake, notifier } = deps;
  await boss.work<PlanAlertMessage>(
    queues.planAlert,
    { batchSize: ALERT_JOBS_AT_ONCE, pollingIntervalSeconds: 0.5 },
    async (jobs) => intake.see(jobs.map((job) => job.data.alertId)),
  );
  await boss.work<HaltMessage>(
    queues.halt,
    { batchSize: 1, pollingIntervalSeconds: 0.5, notifyPollingIntervalSeconds: 0.5 },
    async ([job]) => changeHalt({ sql, notifier }, job!.data),
  );
  await boss.work<SettleMessage>(
    queues.settleOrder,
    { batchSize: 1, pollingIntervalSeconds: 0.5, notifyPollingIntervalSeconds: 0.5 },
    async ([job]) => settleOrder({ sql, notifier, ...deps.settling }, job!.data),
  );
  await boss.work<{ id: string; strategy: string; orders: AlertOrder[] }>(
    queues.dryRun,
    { batchSize: 1, pollingIntervalSeconds: 0.5, notifyPollingIntervalSeconds: 0.5 },
    async ([job]) => {
      const { id, strategy, orders } = job!.data;
      await writeDryRunReply(sql, id, await dryRun(deps, strategy, orders));
      notifier.notify(channels.dryRunReply, id);
      log.debug('dry run %s of %s answered', id, strategy);
    },
  );
}
