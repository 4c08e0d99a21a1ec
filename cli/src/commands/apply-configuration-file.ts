import {
  applyConfiguration,
  diffAsJson,
  formatDiff,
  formatProblem,
  nextRunsOfChanged,
  readConfiguration,
} from '@sluice/configuration';
import { connectPostgres } from '@sluice/service-runtime';
import type { Environment, Output } from '../context.ts';
import type { Format } from '../output/show.ts';

/** Puts the file into force and shows what that changed; false when it was refused and nothing changed. */
export async function applyConfigurationFile(
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
    const { diff, revision, applied } = await applyConfiguration(sql, configuration);
    if (format === 'json') out(JSON.stringify({ ...diffAsJson(diff), applied, revision }, null, 2));
    else for (const line of [...formatDiff(diff), ...nextRunsOfChanged(diff, configuration, Date.now())]) out(line);
    if (diff.refusals.length > 0) return false;
    if (applied && format !== 'json') out(`Applied as revision ${revision}.`);
    return true;
  } finally {
    await sql.end({ timeout: 5 });
  }
}
