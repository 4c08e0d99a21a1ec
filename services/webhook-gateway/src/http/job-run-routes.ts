import { describeJobs, findJob } from '@sluice/contracts';
import { type AskedRun, askForRun, readAskedRun, type Sql } from '@sluice/service-runtime';
import { type Context, Hono } from 'hono';
import type { PgBoss } from 'pg-boss';
import { describeErrors } from '../receiving/read-request.ts';

export type JobRunDeps = { sql: Sql; boss: PgBoss };

const runId = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** A background job run now, beside its schedule. Who may ask is decided before. */
export function jobRunRoutes({ sql, boss }: JobRunDeps): Hono {
  const app = new Hono();
  app.post('/admin/system/background-jobs/:job_id/run', async (c) => {
    const job = findJob(c.req.param('job_id'));
    if (job === undefined) return noSuchJob(c);
    return told(c, job.id, await askForRun(boss, sql, job));
  });
  app.get('/admin/system/background-jobs/:job_id/runs/:run', async (c) => {
    const job = findJob(c.req.param('job_id'));
    if (job === undefined) return noSuchJob(c);
    const run = c.req.param('run');
    const found = runId.test(run) && !job.planned ? await readAskedRun(boss, job, run) : null;
    if (found === null) {
      const message = `there is no run ${run.slice(0, 40)} of ${job.id} any more: jobs show their last run in the scheduler's status`;
      return refusal(c, 404, 'run', message);
    }
    return told(c, job.id, found);
  });
  return app;
}

function told(c: Context, jobId: string, run: AskedRun): Response {
  switch (run.kind) {
    case 'ended': {
      const { outcome, replica } = run.reply;
      // Skipped: asked whether there is anything to load, the job said no.
      if (run.reply.outcome === 'skipped') return c.json({ success: true, job_id: jobId, outcome, replica });
      const { durationMs, counts, summary } = run.reply;
      const success = outcome === 'changed' || outcome === 'idle';
      return c.json({ success, job_id: jobId, outcome, replica, duration_ms: durationMs, counts, summary });
    }
    case 'failed':
      return c.json({ success: false, job_id: jobId, outcome: 'failed', error: run.error });
    case 'running': {
      const url = `/admin/system/background-jobs/${jobId}/runs/${run.run}`;
      return c.json({ success: true, job_id: jobId, accepted: true, status_url: url }, 202, { Location: url });
    }
    case 'not begun':
      return refusal(c, 503, 'job_id', run.reason);
  }
}

function noSuchJob(c: Context): Response {
  const name = c.req.param('job_id') ?? '';
  return refusal(c, 404, 'job_id', `there is no job "${name.slice(0, 40)}"; there are ${describeJobs()}`);
}

function refusal(c: Context, status: 404 | 503, path: string, message: string): Response {
  const errors = [{ path, message }];
  return c.json({ success: false, error: describeErrors(errors), errors }, status);
}
