import type { Sql } from '@sluice/service-runtime';
import { eventually } from './eventually.ts';

/** Keeps a job from running anywhere until what it gives is called: to the job queue it looks as if a run were still busy. */
export async function holdJob(sql: Sql, id: string): Promise<() => Promise<void>> {
  const name = `job.${id}`;
  const held = await eventually(async () => {
    const [row] = await sql<{ id: string }[]>`
      insert into pgboss.job (name, state, policy, started_on, expire_seconds, retry_limit)
      values (${name}, 'active', 'exclusive', now(), 3600, 0) on conflict do nothing returning id`;
    if (row === undefined) throw new Error(`${id} is running`);
    return row.id;
  });
  return async () =>
    void (await sql`update pgboss.job set state = 'completed', completed_on = now() where id = ${held}`);
}
