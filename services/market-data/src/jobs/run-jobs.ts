import { channels } from '@sluice/contracts';
import {
  createBoss,
  createListener,
  requestRun,
  type ServiceContext,
  type Sql,
  startServiceJobs,
} from '@sluice/service-runtime';
import type { VenueSources } from '../sources/venue-sources.ts';
import { startCatchUp } from './catch-up.ts';
import { jobHandlers } from './handlers.ts';

export type RunJobsOptions = Pick<ServiceContext, 'onStop' | 'replica'> & {
  /** A direct address: the job queue and the listener need sessions of their own. */
  url: string;
  service: 'market-data';
  sql: Sql;
  sources: VenueSources;
};

/** Runs the four jobs on their schedules and whenever the configuration brings a venue whose data is not there yet. */
export async function runJobs({ url, service, replica, sql, sources, onStop }: RunJobsOptions): Promise<void> {
  const boss = await createBoss({ url, applicationName: service, role: 'worker' });
  onStop('job queue', () => boss.stop({ timeout: 5_000 }));
  const handlers = jobHandlers({ sql, sources });
  const listener = await createListener(url, [channels.configChanged], { applicationName: service });
  onStop('listener', () => listener.close());
  const jobs = await startServiceJobs({ boss, sql, listener, service, replica, handlers });
  onStop('jobs', () => jobs.stop());

  const catchUp = startCatchUp({ sql, request: (job) => requestRun(boss, job) });
  onStop('catching up', () => catchUp.stop());
  listener.subscribe(channels.configChanged, () => void catchUp.check());
  listener.onReconnect(() => void catchUp.check());
}
