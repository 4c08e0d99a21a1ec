import { setTimeout as sleep } from 'node:timers/promises';
import type { JobDefinition } from '@sluice/contracts';
import type { PgBoss } from 'pg-boss';
import type { SqlOrTx } from '../postgres/connect-postgres.ts';
import { jobOptions, jobQueueName } from './create-queues.ts';
import type { RunMessage, RunReply } from './run-message.ts';

export type AskedRun =
  | { kind: 'ended'; reply: RunReply }
  | { kind: 'failed'; error: string }
  /** Under way; `readAskedRun` says later what became of it. */
  | { kind: 'running'; run: string }
  /** Nothing was begun and nothing is left behind: no replica of the job's service is up, or its runs never end. */
  | { kind: 'not begun'; reason: string };

const LOOK_MS = 50;
/** A replica that is up takes a run within milliseconds, or at its next look 5 s later when a notification was lost. */
const TAKEN_WITHIN_MS = 15_000;
/** Whoever waits for it over HTTP is answered by then. */
const ENDED_WITHIN_MS = 10_000;

/**
 * Has a job run once, now, by whichever replica of its service takes it, and waits for the end, 10 s at most. It never runs
 * beside another run of the job: it waits for that one first. The schedule goes on; a tick that comes meanwhile is missed.
 */
export async function askForRun(boss: PgBoss, sql: SqlOrTx, job: JobDefinition): Promise<AskedRun> {
  if (job.planned) return { kind: 'not begun', reason: `${job.id} is planned only: no service runs it yet` };
  if (!(await isUp(sql, job.service))) {
    return {
      kind: 'not begun',
      reason: `no replica of ${job.service} is up to run ${job.id}: start it, then ask again`,
    };
  }
  const queue = jobQueueName(job.id);
  const asked = Date.now();
  const run = await sendWhenFree(boss, queue, job, asked + TAKEN_WITHIN_MS);
  if (run === null) return { kind: 'not begun', reason: `${job.id} is busy with another run: ask again` };

  for (;;) {
    const found = await readRun(boss, queue, run);
    if (found === 'waiting' && Date.now() - asked > TAKEN_WITHIN_MS) {
      await boss.deleteJob(queue, run);
      return { kind: 'not begun', reason: `no replica of ${job.service} took the run: see its log` };
    }
    if (found === 'gone') return { kind: 'failed', error: 'the run is gone: see its record and the log' };
    if (found !== 'waiting' && (found.kind !== 'running' || Date.now() - asked > ENDED_WITHIN_MS)) return found;
    await sleep(LOOK_MS);
  }
}

/** What has become of a run that was asked for; null where there is none of this name, or none any more. */
export async function readAskedRun(boss: PgBoss, job: JobDefinition, run: string): Promise<AskedRun | null> {
  const found = await readRun(boss, jobQueueName(job.id), run);
  if (found === 'waiting') return { kind: 'running', run };
  return found === 'gone' ? null : found;
}

async function readRun(boss: PgBoss, queue: string, run: string): Promise<AskedRun | 'waiting' | 'gone'> {
  const found = await boss.getJobById<RunMessage>(queue, run);
  switch (found?.state) {
    case 'completed':
      return { kind: 'ended', reply: found.output as RunReply };
    case 'failed':
      return { kind: 'failed', error: messageOf(found.output) };
    case 'active':
      return { kind: 'running', run };
    case 'created':
    case 'retry':
      return 'waiting';
    default:
      return 'gone';
  }
}

async function isUp(sql: SqlOrTx, service: string): Promise<boolean> {
  const [row] = await sql`
    select 1 from runtime.heartbeat
     where service = ${service} and beat_at > clock_timestamp() - interval '10 seconds' limit 1`;
  return row !== undefined;
}

/** The queue takes one run at a time, waiting or under way, and answers null while there is one. */
async function sendWhenFree(boss: PgBoss, queue: string, job: JobDefinition, until: number): Promise<string | null> {
  for (;;) {
    const id = await boss.send(queue, { asked: true } satisfies RunMessage, jobOptions(job));
    if (id !== null || Date.now() > until) return id;
    await sleep(LOOK_MS);
  }
}

function messageOf(output: unknown): string {
  const message = (output as { message?: unknown } | null)?.message;
  return typeof message === 'string' ? message : JSON.stringify(output);
}
