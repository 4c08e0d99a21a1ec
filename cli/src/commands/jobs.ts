import { connectPostgres, readSchedulerStatus, type SchedulerStatus } from '@sluice/service-runtime';
import type { Output } from '../run-command.ts';

/** Lists every background job with its next and last run. */
export async function listJobs(url: string, { out }: Output): Promise<boolean> {
  const sql = connectPostgres({ url, max: 1, applicationName: 'sluice-jobs' });
  try {
    for (const line of formatJobs(await readSchedulerStatus(sql))) out(line);
    return true;
  } finally {
    await sql.end({ timeout: 5 });
  }
}

const heads = ['JOB', 'SERVICE', 'TRIGGER', 'NEXT RUN', 'LAST RUN', 'TOOK', 'OUTCOME', 'MISSED'];

/** The status as a table, and below it what is wrong with the services. Pure. */
export function formatJobs({ jobs, services, time_zone }: SchedulerStatus): string[] {
  const rows = jobs.map((job) => [
    job.id,
    job.service,
    job.trigger,
    job.planned ? 'planned only' : clock(job.next_run),
    clock(job.last_run),
    job.last_duration_ms === null ? '-' : `${job.last_duration_ms} ms`,
    job.last_outcome ?? '-',
    job.planned ? '-' : String(job.missed),
  ]);
  const widths = heads.map((head, column) => Math.max(head.length, ...rows.map((row) => row[column]!.length)));
  const line = (row: string[]) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join('  ')
      .trimEnd();
  const down = services.filter(({ running }) => !running);
  const heard = (at: string | null) => (at === null ? 'not heard of' : `last heard of ${clock(at)}`);
  return [
    line(heads),
    ...rows.map(line),
    '',
    `Times in ${time_zone}.`,
    ...down.map(
      ({ service, last_heartbeat }) => `${service} is not running (${heard(last_heartbeat)}): its jobs wait.`,
    ),
  ];
}

/** `2026-01-02 09:00:31` of an ISO time with an offset. */
function clock(iso: string | null): string {
  return iso === null ? '-' : iso.slice(0, 19).replace('T', ' ');
}
