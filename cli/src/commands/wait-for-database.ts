import { setTimeout as pause } from 'node:timers/promises';
import { connectPostgres, missingFromDatabase, startFailureSentence } from '@sluice/service-runtime';
import type { Output } from '../context.ts';

const LOOK_EVERY_MS = 500;

/** Looks until it is there; undefined then, and after `withinMs` what was still in the way. Changes nothing. */
export async function waitForDatabase(
  url: string,
  what: 'database' | 'migrated',
  withinMs: number,
  { out }: Output,
): Promise<string | undefined> {
  const deadline = performance.now() + withinMs;
  let told: string | undefined;
  for (;;) {
    const reason = await reasonToWait(url, what);
    if (reason === undefined) return undefined;
    if (performance.now() >= deadline) return reason;
    if (reason !== told) out(`Waiting: ${reason}`);
    told = reason;
    await pause(LOOK_EVERY_MS);
  }
}

async function reasonToWait(url: string, what: 'database' | 'migrated'): Promise<string | undefined> {
  // A connection of its own each time: what is waited for may be the server's start, which ends those made too early.
  const sql = connectPostgres({ url, max: 1, applicationName: 'sluice-wait', connectTimeoutMs: 3_000 });
  try {
    await sql`select 1`;
    return what === 'database' ? undefined : await missingFromDatabase(sql);
  } catch (error) {
    return startFailureSentence(error);
  } finally {
    await sql.end({ timeout: 1 });
  }
}
