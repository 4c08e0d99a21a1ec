import { setTimeout as sleep } from 'node:timers/promises';
import { type Command, Option } from 'commander';
import type { Context } from '../context.ts';
import { refused, unanswered } from '../failures.ts';
import { connectGateway } from '../gateway/gateway-client.ts';
import type { Format } from '../output/show.ts';

/** What the gateway answers of a run that has ended. */
export type EndedRun = {
  success: boolean;
  job_id: string;
  outcome: string;
  replica?: string;
  duration_ms?: number;
  counts?: Record<string, number>;
  summary?: string;
  error?: string;
};
type Running = { job_id: string; accepted: true; status_url: string };

const LOOK_EVERY_MS = 500;
/** Above the bound of any job. */
const GIVE_UP_AFTER_MS = 10 * 60_000;

/** `sluice run`. */
export function addRunJob(program: Command, { environment, output }: Context): void {
  program
    .command('run')
    .summary('run a background job now and wait for its outcome')
    .description('Runs a background job now, beside its schedule, and waits for its outcome.')
    .argument('<job>', 'its id, or another of its names; sluice jobs lists them')
    .addOption(new Option('-o, --output <format>', 'how it is shown').choices(['table', 'json']).default('table'))
    .addHelpText('after', '\nExamples:\n  sluice run update_open_orders\n  sluice run price_cache -o json | jq .counts')
    .action(async (job: string, options: { output: Format }) => {
      const gateway = connectGateway(environment);
      const path = `/admin/system/background-jobs/${encodeURIComponent(job)}/run`;
      let answer = await gateway.post<EndedRun | Running>(path, {});
      const until = Date.now() + GIVE_UP_AFTER_MS;
      while ('accepted' in answer) {
        if (Date.now() > until) throw unanswered(`${answer.job_id} has not ended yet: see sluice jobs`);
        await sleep(LOOK_EVERY_MS);
        answer = await gateway.get<EndedRun | Running>(answer.status_url);
      }
      if (options.output === 'json') output.out(JSON.stringify(answer, null, 2));
      else if (answer.success) output.out(tellOfRun(answer));
      if (!answer.success) throw refused(options.output === 'json' ? null : tellOfRun(answer));
    });
}

/** What became of it, in words. Pure. */
export function tellOfRun({ job_id, outcome, replica, duration_ms, counts, summary, error }: EndedRun): string {
  if (error !== undefined) return `${job_id} failed: ${error}`;
  if (outcome === 'skipped') return `${job_id}: there was nothing to run`;
  const did = { changed: 'did something', idle: 'found nothing to do' } as const;
  const what = outcome in did ? did[outcome as keyof typeof did] : `was ${outcome}`;
  const counted = Object.entries(counts ?? {}).map(([name, count]) => `${name} ${count}`);
  const said = [summary, counted.join(', ')].filter(Boolean).join('; ');
  return `${job_id} ${what} in ${duration_ms} ms on ${replica}${said ? `: ${said}` : ''}`;
}
