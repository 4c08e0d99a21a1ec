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

const jobRun = z.object({
  success: z.boolean().describe('It ended as it should'),
  job_id: z.string().describe('The main id, also when asked by another name'),
  outcome: z.string().describe('changed, idle, skipped, failed or aborted'),
  replica: z.string().optional(),
  duration_ms: z.number().optional(),
  counts: z.record(z.string(), z.number()).optional(),
  summary: z.string().optional(),
  error: z.string().optional().describe('Why it failed'),
});
const jobRunning = z.object({
  success: z.literal(true),
  job_id: z.string(),
  accepted: z.literal(true),
  status_url: z.string().describe('Answers what became of it'),
});
const jobParameter = {
  name: 'job_id',
  in: 'path',
  required: true,
  schema: { type: 'string' },
  description: 'Or another of its names',
};
const runResponses = {
  200: json(jobRun, 'It has ended'),
  202: json(jobRunning, 'It is under way'),
  401: json(refusal, 'Not the admin token'),
};

export const schedulerAnswerSchemas = { schedulerStatus, jobRun, jobRunning };
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
  '/admin/system/background-jobs/{job_id}/run': {
    post: {
      summary: 'Run a background job now',
      description: 'Beside its schedule, after the run under way if there is one. Waits for the end, 10 s at most.',
      ...admin,
      parameters: [jobParameter],
      responses: {
        ...runResponses,
        404: json(refusal, 'There is no such job; those there are are named'),
        503: json(refusal, 'Nothing was begun: no replica of its service is up, or the job is planned only'),
      },
    },
  },
  '/admin/system/background-jobs/{job_id}/runs/{run}': {
    get: {
      summary: 'What became of a run that was asked for',
      ...admin,
      parameters: [jobParameter, { name: 'run', in: 'path', required: true, schema: { type: 'string' } }],
      responses: { ...runResponses, 404: json(refusal, 'There is no such job, or no such run any more') },
    },
  },
};
