import { describeJobs, findJob } from '@sluice/contracts';
import { type AskedRun, askForRun, connectPostgres, createBoss } from '@sluice/service-runtime';
import type { Output } from '../context.ts';

/** Has a job run now, waits for it and tells the outcome; false when it did not run or failed. */
export async function runJobNow(url: string, name: string, { out, err }: Output): Promise<boolean> {
  const job = findJob(name);
  if (job === undefined) {
    err(`sluice: there is no job "${name}"; there are ${describeJobs()}`);
    return false;
  }
  const sql = connectPostgres({ url, max: 1, applicationName: 'sluice-run' });
  try {
    const boss = await createBoss({ url, applicationName: 'sluice-run', role: 'sender' });
    try {
      const run = await askForRun(boss, sql, job);
      const { good, text } = tellOfAskedRun(job.id, run);
      (good ? out : err)(text);
      return good;
    } finally {
      await boss.stop({ graceful: false });
    }
  } finally {
    await sql.end({ timeout: 5 });
  }
}

/** What became of it, in words. Pure. */
export function tellOfAskedRun(id: string, run: AskedRun): { good: boolean; text: string } {
  switch (run.kind) {
    case 'failed':
      return { good: false, text: `sluice: ${id} failed: ${run.error}` };
    case 'not begun':
    case 'unknown':
      return { good: false, text: `sluice: ${run.reason}` };
    case 'ended': {
      const { reply } = run;
      if (reply.outcome === 'skipped') return { good: true, text: `${id}: there was nothing to run` };
      const did = { changed: 'did something', idle: 'found nothing to do' } as const;
      const what = reply.outcome in did ? did[reply.outcome as keyof typeof did] : `was ${reply.outcome}`;
      const counts = Object.entries(reply.counts ?? {}).map(([name, count]) => `${name} ${count}`);
      const said = [reply.summary, counts.join(', ')].filter(Boolean).join('; ');
      const text = `${id} ${what} in ${reply.durationMs} ms on ${reply.replica}${said ? `: ${said}` : ''}`;
      return { good: reply.outcome in did, text };
    }
  }
}
