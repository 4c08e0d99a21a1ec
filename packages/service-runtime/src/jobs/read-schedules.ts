import { type JobDefinition, type JobTrigger, readTriggerText } from '@sluice/contracts';
import type { SqlOrTx } from '../postgres/connect-postgres.ts';

/** The catalogue with the schedules a person configured, and the zone cron triggers are read in. */
export type JobSchedules = { timeZone: string; jobs: JobDefinition[] };

/** What an installation without a configuration runs in. */
const DEFAULT_TIME_ZONE = 'Asia/Seoul';

/** The schedules the applied configuration asks for. */
export async function readSchedules(sql: SqlOrTx, catalogue: readonly JobDefinition[]): Promise<JobSchedules> {
  const [row] = await sql<[{ timeZone: string | null; schedules: Record<string, string> | null }]>`
    select (select time_zone from config.installation) as "timeZone",
           (select jsonb_object_agg(name, schedule) from config.job) as schedules`;
  const configured = (job: JobDefinition): JobTrigger => readTriggerText(row.schedules?.[job.id] ?? '') ?? job.trigger;
  return {
    timeZone: row.timeZone ?? DEFAULT_TIME_ZONE,
    jobs: catalogue.map((job) => ({ ...job, trigger: configured(job) })),
  };
}
