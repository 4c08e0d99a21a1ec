import { isoInZone, type JobDefinition, jobCatalogue, readTriggerText, slotsAfter } from '@sluice/contracts';
import type { Configuration } from './configuration.ts';
import type { ConfigurationDiff } from './diff-configuration.ts';

const SHOWN = 5;

/**
 * A line for each job whose schedule a difference changes, with its next five runs under the wanted configuration, so
 * that a person sees what an expression means before it is in force. `nowMs` is in ms since the epoch.
 */
export function nextRunsOfChanged({ changes }: ConfigurationDiff, wanted: Configuration, nowMs: number): string[] {
  const { timeZone } = wanted.installation;
  const changed = new Set(changes.filter(({ what }) => what === 'job').map(({ name }) => name));
  const zoneChanged = changes.some(
    ({ what, kind, fields }) => what === 'installation' && kind === 'changed' && fields.some(isTimeZone),
  );
  const jobs: readonly JobDefinition[] = jobCatalogue;
  return jobs.flatMap((job) => {
    const configured = wanted.jobs.find(({ name }) => name === job.id);
    const trigger = (configured && readTriggerText(configured.schedule)) ?? job.trigger;
    if (!changed.has(job.id) && !(zoneChanged && trigger.kind === 'cron')) return [];
    const runs = slotsAfter({ trigger, timeZone }, nowMs, SHOWN).map((run) => isoInZone(run, timeZone));
    return [`  next runs of ${job.id}: ${runs.join(', ')}${job.planned ? ' (planned only: it does not run yet)' : ''}`];
  });
}

function isTimeZone({ field }: { field: string }): boolean {
  return field === 'timeZone';
}
