import { PgBoss } from 'pg-boss';
import { BOSS_SCHEMA } from './create-boss.ts';

/** Creates or upgrades the job queue's own schema. Services run without that right, so this comes first. */
export async function migrateBoss(url: string): Promise<void> {
  const boss = new PgBoss({
    connectionString: url,
    application_name: 'sluice-migrate',
    schema: BOSS_SCHEMA,
    max: 1,
    supervise: false,
    schedule: false,
    registerInstance: false,
  });
  let failure: Error | undefined;
  boss.on('error', (error) => {
    failure ??= error;
  });
  try {
    await boss.start();
  } finally {
    await boss.stop({ graceful: false }).catch(() => {});
  }
  if (failure) throw failure;
}
