import { z } from 'zod';
import { admin, count, json, refusal } from './openapi-parts.ts';

const inZone = "ISO 8601 with the offset of the installation's time zone";
const schedulerStatus = z.object({
  running: z.boolean().describe('Every service with a job that runs has a live replica'),
  time_zone: z.string(),
  services: z.array(
    z.object({
      service: z.string(),
      running: z.boolean(),
      replicas: count,
      last_heartbeat: z.string().nullable().describe(`${inZone}; null when it never ran or was stopped in good order`),
    }),
  ),
  jobs: z.array(
    z.object({
      id: z.string(),
      aliases: z.array(z.string()),
      name: z.string(),
      tag: z.string(),
      service: z.string(),
      next_run: z.string().describe(inZone),
      trigger: z.string().describe("interval[0:00:31] or cron[hour='21', minute='3']"),
      planned: z.boolean().describe('Shown, never run'),
      last_run: z.string().nullable().describe(`When it began; ${inZone}`),
      last_duration_ms: z.number().nullable(),
      last_outcome: z.string().nullable().describe('changed, idle, failed or aborted'),
      last_error: z.string().nullable(),
      last_replica: z.string().nullable(),
      missed: count.describe('Ticks without a run: the run before was under way, or nobody was up'),
      runs: count,
      failures: count,
    }),
  ),
});

export const schedulerAnswerSchemas = { schedulerStatus };
export const schedulerPaths = {
  '/api/system/scheduler/status': {
    get: {
      summary: 'Every background job: its schedule, next and last run',
      ...admin,
      responses: {
        200: json(schedulerStatus, 'Over all services and replicas, whether they are up or not'),
        401: json(refusal, 'Not the admin token'),
        503: json(refusal, 'The store does not answer'),
      },
    },
  },
};
