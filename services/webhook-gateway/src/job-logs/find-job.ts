import { type JobDefinition, jobCatalogue } from '@sluice/contracts';

/** The job of this id or other name, or undefined. */
export function findJob(name: string): JobDefinition | undefined {
  const jobs: readonly JobDefinition[] = jobCatalogue;
  return jobs.find(({ id, aliases }) => id === name || aliases.includes(name));
}

/** Every id, with its other names in brackets. */
export function describeJobs(): string {
  return jobCatalogue
    .map(({ id, aliases }) => (aliases.length === 0 ? id : `${id} (${aliases.join(', ')})`))
    .join(', ');
}
