import {
  diffAsJson,
  diffConfiguration,
  formatDiff,
  formatProblem,
  nextRunsOfChanged,
  readConfiguration,
  readStoredConfiguration,
} from '@sluice/configuration';
import { connectPostgres } from '@sluice/service-runtime';
import type { Environment, Output } from '../context.ts';
import type { Format } from '../output/show.ts';

/** Shows what applying the file would change; false when applying it would be refused. */
export async function diffConfigurationFile(
  url: string,
  file: string,
  environment: Environment,
  { out, err }: Output,
  format: Format,
): Promise<boolean> {
  const { configuration, warnings } = readConfiguration(file, environment);
  for (const warning of warnings) err(`warning: ${formatProblem(file, warning)}`);
  const sql = connectPostgres({ url, max: 1, applicationName: 'sluice-config' });
  try {
    const diff = diffConfiguration(await readStoredConfiguration(sql), configuration);
    if (format === 'json') out(JSON.stringify(diffAsJson(diff), null, 2));
    else for (const line of [...formatDiff(diff), ...nextRunsOfChanged(diff, configuration, Date.now())]) out(line);
    return diff.refusals.length === 0;
  } finally {
    await sql.end({ timeout: 5 });
  }
}
