import { existsSync } from 'node:fs';
import { jobCatalogue } from '@sluice/contracts';
import type { Logger } from '@sluice/telemetry';
import { createBoss } from '../jobs/create-boss.ts';
import { createQueues } from '../jobs/create-queues.ts';
import { migrateBoss } from '../jobs/migrate-boss.ts';
import { connectPostgres } from '../postgres/connect-postgres.ts';
import { migrate } from './migrate.ts';

const ROOT = new URL('../../../../', import.meta.url);

/**
 * Every schema and where its migrations are. A view may read a schema above its own: configuration is read by all,
 * then an alert's way through the services.
 */
export const migrationSets: readonly { schema: string; directory: URL }[] = [
  { schema: 'runtime', directory: new URL('packages/service-runtime/migrations/', ROOT) },
  { schema: 'config', directory: new URL('packages/configuration/migrations/', ROOT) },
  { schema: 'market', directory: new URL('services/market-data/migrations/', ROOT) },
  { schema: 'gateway', directory: new URL('services/webhook-gateway/migrations/', ROOT) },
  { schema: 'orders', directory: new URL('services/order-queue/migrations/', ROOT) },
  { schema: 'notifier', directory: new URL('services/notifier/migrations/', ROOT) },
];

/**
 * Brings the whole database up to date: the job queue's own schema, every schema above (a directory that is not there
 * is skipped), and all queues. Safe to run again, and by several at once.
 */
export async function migrateAll(url: string, options: { log?: Logger } = {}): Promise<void> {
  await migrateBoss(url);
  const sql = connectPostgres({ url, max: 1, applicationName: 'sluice-migrate' });
  try {
    for (const set of migrationSets) {
      if (existsSync(set.directory)) await migrate(sql, { ...set, ...options });
    }
  } finally {
    await sql.end({ timeout: 5 });
  }
  const boss = await createBoss({ url, applicationName: 'sluice-migrate', role: 'sender' });
  try {
    await createQueues(boss, { catalogue: jobCatalogue });
  } finally {
    await boss.stop({ graceful: false });
  }
}
