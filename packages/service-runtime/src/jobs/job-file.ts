import { existsSync } from 'node:fs';
import type { JobDefinition } from '@sluice/contracts';

const ROOT = new URL('../../../../', import.meta.url);

const files = new Map<string, string | undefined>();

/**
 * The file a job is kept in, from the root of the repository: named after the job, in the jobs of its service. It is what
 * the record of a run names, since the line that writes the record is the same for all of them. Undefined when there is no
 * such file; looked up once per job.
 */
export function jobFile({ id, service }: Pick<JobDefinition, 'id' | 'service'>): string | undefined {
  if (!files.has(id)) {
    const file = `services/${service}/src/jobs/${id.replaceAll('_', '-')}.ts`;
    files.set(id, existsSync(new URL(file, ROOT)) ? file : undefined);
  }
  return files.get(id);
}
