import { histogram } from '../metrics.ts';
import { many, ms, writeWideRecord } from './wide-record.ts';

const duration = histogram('sluice.job.duration', { description: 'Runs of jobs that are told of', unit: 'ms' });

export type JobRunRecord = {
  jobId: string;
  /** Where the job is written; every run is told of by the same line elsewhere. */
  file: string | undefined;
  title: string;
  outcome: 'changed' | 'idle' | 'failed' | 'aborted';
  durationMs: number;
  counts: Readonly<Record<string, number>> | undefined;
  /** Slots between this run and the one before; null where they could not be counted. */
  missed: number | null;
  replica: string;
  /** What the run says of itself. */
  summary?: string | undefined;
  error?: unknown;
};

/** One per run of a job that is told of; how loud is the policy's business. */
export function recordJobRun(run: JobRunRecord, level: 'debug' | 'info' | 'error'): void {
  const { jobId, title, outcome, counts, missed, replica, error } = run;
  duration.record(run.durationMs, { job: jobId, outcome });
  const words = run.summary ?? (outcome === 'changed' ? 'done' : 'nothing to do');
  const text = error instanceof Error ? error.message : error === undefined ? undefined : String(error);
  writeWideRecord(
    {
      event: 'job',
      level,
      text:
        level === 'error'
          ? `${jobId} ${outcome === 'aborted' ? 'was told to end' : 'failed'}: ${text}`
          : `${title}: ${words}`,
      fields: { 'job.id': jobId, outcome, duration_ms: ms(run.durationMs), counts, missed, replica, error: text },
      error: error instanceof Error ? error : undefined,
    },
    { file: run.file },
  );
}

export type JobSummaryRecord = {
  jobId: string;
  file: string | undefined;
  title: string;
  runs: number;
  failures: number;
  missed: number;
  /** How long the last run took. */
  durationMs: number;
  /** Memory of each live replica in MB, by name. */
  memoryMb: Readonly<Record<string, number>>;
  /** What the job itself says of its work. */
  facts: { text: string; counts: Readonly<Record<string, number>> } | undefined;
};

/** One per five minutes and job for the whole cluster, idle or not: silence alone would look like a job that is gone. */
export function recordJobSummary(summary: JobSummaryRecord): void {
  const { jobId, title, runs, failures, missed, memoryMb, facts } = summary;
  const memory = Object.entries(memoryMb).map(([replica, mb]) => `${replica} ${mb} MB`);
  const said = facts === undefined ? '' : `${facts.text}; `;
  writeWideRecord(
    {
      event: 'job_summary',
      level: 'info',
      text: `${title}: ${said}${many(runs, 'run')}, ${failures} failed, ${missed} missed; ${memory.join(', ')}`,
      fields: {
        'job.id': jobId,
        runs,
        failures,
        missed,
        duration_ms: ms(summary.durationMs),
        counts: facts?.counts,
        memory,
      },
    },
    { file: summary.file },
  );
}
