import { type JobIdOf, type JobService, jobCatalogue } from '@sluice/contracts';
import type { JobHandler } from './run-job.ts';
import { type JobRunner, type JobsOptions, startJobs } from './start-jobs.ts';

/** One handler for each job of the service that is not planned only: the compiler names one that is missing. */
export type JobHandlers<Service extends JobService> = { readonly [id in JobIdOf<Service>]: JobHandler };

type Own<Service extends JobService, Handlers> = { readonly [id in Exclude<keyof Handlers, JobIdOf<Service>>]: never };

export type ServiceJobsOptions<Service extends JobService, Handlers> = Omit<
  JobsOptions,
  'service' | 'catalogue' | 'handlers'
> & {
  service: Service;
  /** A handler of another service's job is refused by the compiler, so that no job has two. */
  handlers: Handlers & Own<Service, Handlers>;
};

/** Runs the jobs the catalogue gives to this service; see {@link startJobs}. */
export function startServiceJobs<Service extends JobService, Handlers extends JobHandlers<Service>>(
  options: ServiceJobsOptions<Service, Handlers>,
): Promise<JobRunner> {
  return startJobs({ ...options, catalogue: jobCatalogue });
}
