import {
  describeTrigger,
  isoInZone,
  type JobDefinition,
  type JobSchedule,
  jobCatalogue,
  slotAt,
  slotsAfter,
} from '@sluice/contracts';
import type { SqlOrTx } from '../postgres/connect-postgres.ts';
import { type JobSchedules, readSchedules } from './read-schedules.ts';
import { missedBefore } from './take-slot.ts';

/** One job as the status shows it; times in the installation's zone, with their offset. */
export type JobStatus = {
  id: string;
  aliases: readonly string[];
  name: string;
  tag: string;
  service: string;
  next_run: string;
  trigger: string;
  /** Shown, never run: its capability is not there yet. */
  planned: boolean;
  last_run: string | null;
  last_duration_ms: number | null;
  last_outcome: string | null;
  last_error: string | null;
  last_replica: string | null;
  /** Slots without a run since the installation was made, those of a service that is down now included. */
  missed: number;
  runs: number;
  failures: number;
};

export type ServiceStatus = { service: string; running: boolean; replicas: number; last_heartbeat: string | null };

export type SchedulerStatus = {
  /** Every service with a job that runs has a live replica. */
  running: boolean;
  time_zone: string;
  services: ServiceStatus[];
  jobs: JobStatus[];
};

export type StoredJob = {
  id: string;
  since: Date | null;
  takenSlot: Date | null;
  lastSlot: Date | null;
  startedAt: Date | null;
  endedAt: Date | null;
  outcome: string | null;
  error: string | null;
  replica: string | null;
  runs: number;
  failures: number;
  missed: number;
};
export type StoredService = { service: string; replicas: number; lastBeat: Date };

/** A tick of the last moments may still be on its way. */
const ON_ITS_WAY_MS = 2_000;

/** The status of every job of the installation, over all services and replicas, whether they are up or not. */
export async function readSchedulerStatus(
  sql: SqlOrTx,
  catalogue: readonly JobDefinition[] = jobCatalogue,
): Promise<SchedulerStatus> {
  const [schedules, jobs, services, [clock]] = await Promise.all([
    readSchedules(sql, catalogue),
    readJobs(sql),
    readServices(sql),
    sql<[{ now: Date }]>`select clock_timestamp() as now`,
  ]);
  return composeStatus(schedules, jobs, services, clock.now.getTime());
}

async function readJobs(sql: SqlOrTx): Promise<StoredJob[]> {
  return await sql<StoredJob[]>`
    select job_id as id, since, taken_slot as "takenSlot", last_slot as "lastSlot",
           last_started_at as "startedAt", last_ended_at as "endedAt", last_outcome as outcome, last_error as error,
           last_replica as replica, coalesce(runs, 0)::float8 as runs, coalesce(failures, 0)::float8 as failures,
           coalesce(missed, 0)::float8 as missed
      from runtime.job_schedule full join runtime.job_state using (job_id)`;
}

/** A process beats every 2 s; one silent for 10 s is dead or cut off. */
async function readServices(sql: SqlOrTx): Promise<StoredService[]> {
  return await sql<StoredService[]>`
    select service, max(beat_at) as "lastBeat",
           count(*) filter (where beat_at > clock_timestamp() - interval '10 seconds')::int as replicas
      from runtime.heartbeat group by service`;
}

/** Pure; `nowMs` is the database's clock in ms since the epoch. */
export function composeStatus(
  { jobs, timeZone }: JobSchedules,
  stored: readonly StoredJob[],
  beats: readonly StoredService[],
  nowMs: number,
): SchedulerStatus {
  const shown = (at: Date | null | undefined): string | null => (at ? isoInZone(at, timeZone) : null);
  const needed = new Set(jobs.filter((job) => !job.planned).map((job) => job.service));
  const services = [...needed].toSorted().map((service): ServiceStatus => {
    const beat = beats.find((one) => one.service === service);
    const replicas = beat?.replicas ?? 0;
    return { service, running: replicas > 0, replicas, last_heartbeat: shown(beat?.lastBeat) };
  });
  return {
    running: services.every((service) => service.running),
    time_zone: timeZone,
    services,
    jobs: jobs.map((job): JobStatus => {
      const schedule = { trigger: job.trigger, timeZone };
      const state = stored.find(({ id }) => id === job.id);
      const ran = state?.startedAt && state.endedAt ? state.endedAt.getTime() - state.startedAt.getTime() : null;
      return {
        id: job.id,
        aliases: job.aliases,
        name: job.title,
        tag: job.tag,
        service: job.service,
        next_run: isoInZone(slotsAfter(schedule, nowMs, 1)[0]!, timeZone),
        trigger: describeTrigger(job.trigger),
        planned: job.planned ?? false,
        last_run: shown(state?.startedAt),
        last_duration_ms: ran,
        last_outcome: state?.outcome ?? null,
        last_error: state?.error ?? null,
        last_replica: state?.replica ?? null,
        missed: job.planned || !state ? 0 : state.missed + missedSince(schedule, state, nowMs),
        runs: state?.runs ?? 0,
        failures: state?.failures ?? 0,
      };
    }),
  };
}

/** Slots that went by after the last run; the next run will count them. */
function missedSince(schedule: JobSchedule, { since, takenSlot, lastSlot }: StoredJob, nowMs: number): number {
  if (since === null) return 0;
  const known = [takenSlot, lastSlot].filter((slot) => slot !== null).map((slot) => slot.getTime());
  const lastRecorded = known.length > 0 ? new Date(Math.max(...known)) : null;
  // The newest slot is not missed yet: its run may be under way, or wait to be made up for.
  return missedBefore(schedule, { since, lastRecorded }, slotAt(schedule, nowMs - ON_ITS_WAY_MS));
}
