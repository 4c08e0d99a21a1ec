import { format } from 'node:util';
import { migrateAll } from '@sluice/service-runtime';
import type { Output } from '../context.ts';

/** Runs what has not run yet of every schema; says so when there was nothing. */
export async function migrateDatabase(url: string, { out, err }: Output): Promise<boolean> {
  let migrated = 0;
  const info = (message: string, ...args: unknown[]): void => {
    migrated += 1;
    out(format(message, ...args));
  };
  const warn = (message: string, ...args: unknown[]): void => err(format(message, ...args));
  await migrateAll(url, { log: { debug: () => {}, info, warn, error: warn } });
  if (migrated === 0) out('Every table is up to date.');
  return true;
}
