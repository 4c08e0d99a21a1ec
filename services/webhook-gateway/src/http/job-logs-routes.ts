import { describeJobs, findJob } from '@sluice/contracts';
import type { LokiLogs } from '@sluice/log-query';
import { type Context, Hono } from 'hono';
import type { FieldError } from '../intake/body-value.ts';
import { composeLogsAnswer } from '../job-logs/compose-logs-answer.ts';
import { readLogsRequest } from '../job-logs/read-logs-request.ts';
import { wallClock } from '../job-logs/wall-clock.ts';
import { describeErrors } from '../receiving/read-request.ts';

export type JobLogsDeps = {
  /** Null where no Loki is configured. */
  logs: LokiLogs | null;
  /** The installation's zone. */
  readTimeZone: () => Promise<string>;
};

/** The log lines of a background job. Who may ask is decided before. */
export function jobLogsRoutes({ logs, readTimeZone }: JobLogsDeps): Hono {
  const app = new Hono();
  // Kept, because logs are wanted most of all while the store does not answer.
  let timeZone = 'Asia/Seoul';

  app.get('/admin/system/background-jobs/:job_id/logs', async (c) => {
    const name = c.req.param('job_id');
    const job = findJob(name);
    if (job === undefined) {
      return refusal(c, 404, 'job_id', `there is no job "${name.slice(0, 40)}"; there are ${describeJobs()}`);
    }
    timeZone = await readTimeZone().catch(() => timeZone);
    const clock = wallClock(timeZone);
    const request = readLogsRequest((parameter) => c.req.query(parameter), clock, Date.now());
    if (!request.ok) return refuse(c, 400, request.errors);
    if (logs === null) {
      return refusal(c, 503, 'loki', 'logs cannot be read: set LOKI_URL of the webhook-gateway to the address of Loki');
    }
    const answer = await logs.read({ ...request.question, tag: job.tag });
    switch (answer.kind) {
      case 'found':
        return c.json(composeLogsAnswer(job.id, answer, clock));
      case 'away':
        return refusal(c, 503, 'loki', `logs cannot be read now: ${answer.reason}`);
    }
  });
  return app;
}

function refusal(c: Context, status: 404 | 503, path: string, message: string): Response {
  return refuse(c, status, [{ path, message }]);
}

function refuse(c: Context, status: 400 | 404 | 503, errors: FieldError[]): Response {
  return c.json({ success: false, error: describeErrors(errors), errors }, status);
}
