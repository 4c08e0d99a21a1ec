import type { SchedulerStatus } from '@sluice/service-runtime';
import { type Command, Option } from 'commander';
import type { Context } from '../context.ts';
import { connectGateway } from '../gateway/gateway-client.ts';
import { type Format, wholeNumber } from '../output/show.ts';
import { type Column, tableLines } from '../output/table.ts';

type Logs = { logs: { timestamp: string; level: string; tag: string | null; message: string }[]; filtered: number };
type LogOptions = { since?: string; until?: string; level?: string; search?: string; limit: number; output: Format };

/** `sluice jobs` and `sluice logs`. */
export function addJobs(program: Command, { environment, output }: Context): void {
  program
    .command('jobs')
    .summary('list background jobs: when each ran and runs next')
    .description('Lists the background jobs of all services with their next and last runs.')
    .addOption(new Option('-o, --output <format>', 'how it is shown').choices(['table', 'json']).default('table'))
    .addHelpText('after', '\nExamples:\n  sluice jobs\n  sluice jobs -o json')
    .action(async (options: { output: Format }) => {
      const status = await connectGateway(environment).get<SchedulerStatus>('/api/system/scheduler/status');
      if (options.output === 'json') output.out(JSON.stringify(status, null, 2));
      else for (const line of formatJobs(status)) output.out(line);
    });
  program
    .command('logs')
    .summary("show a background job's log lines")
    .description('Shows the newest log lines of a job, oldest first.')
    .argument('<job>', 'its id, or another of its names')
    .option('--since <time>', '15m, 24h, 7d ago, or a time')
    .option('--until <time>', 'likewise')
    .option('--level <levels>', 'DEBUG, INFO, WARNING, ERROR, parted by commas')
    .option('--search <text>', 'text of the message')
    .option('--limit <number>', 'at most so many', wholeNumber, 100)
    .addOption(new Option('-o, --output <format>', 'how it is shown').choices(['table', 'json']).default('table'))
    .addHelpText('after', '\nExamples:\n  sluice logs queue_rebalancer --since 2h --level WARNING,ERROR')
    .action(async (job: string, { output: format, ...query }: LogOptions) => {
      const path = `/admin/system/background-jobs/${encodeURIComponent(job)}/logs`;
      const answer = await connectGateway(environment).get<Logs>(path, query);
      if (format === 'json') return output.out(JSON.stringify(answer, null, 2));
      for (const { timestamp, level, tag, message } of answer.logs) {
        output.out(`${timestamp} ${level}: ${tag === null ? '' : `[${tag}] `}${message}`);
      }
      if (answer.filtered > answer.logs.length)
        output.err(`The newest ${answer.logs.length} of ${answer.filtered} lines.`);
    });
}

const columns: Column<SchedulerStatus['jobs'][number]>[] = [
  { head: 'JOB', of: (job) => job.id },
  { head: 'SERVICE', of: (job) => job.service },
  { head: 'TRIGGER', of: (job) => job.trigger },
  { head: 'NEXT RUN', of: (job) => (job.planned ? 'planned only' : clock(job.next_run)) },
  { head: 'LAST RUN', of: (job) => clock(job.last_run) },
  { head: 'TOOK', of: (job) => (job.last_duration_ms === null ? null : `${job.last_duration_ms} ms`) },
  { head: 'OUTCOME', of: (job) => job.last_outcome },
  { head: 'MISSED', of: (job) => (job.planned ? null : job.missed) },
];

/** The status as a table, and below it what is wrong with the services. Pure. */
export function formatJobs({ jobs, services, time_zone }: SchedulerStatus): string[] {
  const down = services.filter(({ running }) => !running);
  const heard = (at: string | null) => (at === null ? 'not heard of' : `last heard of ${clock(at)}`);
  return [
    ...tableLines(columns, jobs),
    '',
    `Times in ${time_zone}.`,
    ...down.map(
      ({ service, last_heartbeat }) => `${service} is not running (${heard(last_heartbeat)}): its jobs wait.`,
    ),
  ];
}

/** `2026-01-02 09:00:31` of an ISO time with an offset. */
function clock(iso: string | null): string | null {
  return iso === null ? null : iso.slice(0, 19).replace('T', ' ');
}
