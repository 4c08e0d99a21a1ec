import { channels } from '@sluice/contracts';
import type { Sql } from 'postgres';
import type { Configuration, StoredConfiguration } from './configuration.ts';
import { readStored } from './db/read-stored.ts';
import { writeConfiguration, writeInstallation } from './db/write-configuration.ts';
import { type ConfigurationDiff, diffConfiguration } from './diff-configuration.ts';

export type AppliedConfiguration = { diff: ConfigurationDiff; revision: number; applied: boolean };

/** Two appliers (an operator and a deployment's hook) take turns on this key. The number says nothing else. */
const applyLock = 7_305_001;

/**
 * Makes the stored configuration read like the file: one transaction under a lock, so services see all of it or none.
 * State the program decides (allotments, halts, learnt caps) stands elsewhere and is not touched. A difference that
 * may not be applied leaves everything as it was: see `diff.refusals`. An equal file is applied too and counts one
 * revision more: that is how a person who has mended a key says "look again", and lifts the pause of its account.
 */
export async function applyConfiguration(sql: Sql, configuration: Configuration): Promise<AppliedConfiguration> {
  return sql.begin(async (tx) => {
    await tx`select pg_advisory_xact_lock(${applyLock})`;
    const stored = await readStored(tx);
    const diff = diffConfiguration(stored, configuration);
    if (diff.refusals.length > 0) return { diff, revision: stored.revision, applied: false };
    await writeConfiguration(tx, configuration);
    const revision = await writeInstallation(tx, configuration);
    await tx`select pg_notify(${channels.configChanged}, '')`;
    return { diff, revision, applied: true };
  }) as Promise<AppliedConfiguration>;
}

/** What is applied now, for a difference that is only shown. */
export async function readStoredConfiguration(sql: Sql): Promise<StoredConfiguration> {
  return sql.begin('isolation level repeatable read read only', (tx) => readStored(tx)) as Promise<StoredConfiguration>;
}
