import type { JobDefinition } from '@sluice/contracts';
import type { PgBoss } from 'pg-boss';
import type { Listener } from '../notifications/listener.ts';
import { connectPostgres, type Sql } from '../postgres/connect-postgres.ts';
import { createMigratedDatabase, type TestDatabase } from '../testing.ts';
import { createBoss } from './create-boss.ts';
import { createQueues } from './create-queues.ts';
import type { JobHandler } from './run-job.ts';
import { type JobRunner, startJobs } from './start-jobs.ts';

/** A job for tests: every second, given up after 5 s. */
export const tick: JobDefinition = {
  id: 'tick',
  aliases: [],
  tag: 'TICK',
  service: 'order-queue',
  trigger: { kind: 'interval', seconds: 1 },
  atStart: false,
  expireInSeconds: 5,
  title: 'Tick',
  what: 'Ticks',
};

export type Replica = { boss: PgBoss; runner: JobRunner; again: () => Promise<JobRunner> };

/** A database of its own, and any number of replicas of one service on it, as they would be in as many processes. */
export class JobCluster {
  readonly database: TestDatabase;
  readonly sql: Sql;
  readonly #cleanups: (() => Promise<unknown>)[] = [];

  constructor(database: TestDatabase) {
    this.database = database;
    this.sql = connectPostgres({ url: database.url, max: 4, applicationName: 'test' });
  }

  static async create(adminUrl: string): Promise<JobCluster> {
    return new JobCluster(await createMigratedDatabase(adminUrl));
  }

  async startReplica(
    name: string,
    catalogue: readonly JobDefinition[],
    handlers: Record<string, JobHandler>,
    listener?: Listener,
  ): Promise<Replica> {
    const boss = await createBoss({ url: this.database.url, applicationName: name, role: 'worker' });
    this.#cleanups.push(() => boss.stop({ graceful: true, timeout: 2_000 }));
    await createQueues(boss, { catalogue, messages: {} });
    const start = () =>
      startJobs({
        boss,
        sql: this.sql,
        service: 'order-queue',
        replica: name,
        catalogue,
        handlers,
        ...(listener ? { listener } : {}),
      });
    const runner = await start();
    this.#cleanups.push(() => runner.stop(3_000));
    return { boss, runner, again: start };
  }

  /** Stops every replica, jobs before their queue client, and drops the database. */
  async destroy(): Promise<void> {
    for (const cleanup of this.#cleanups.reverse()) await cleanup();
    await this.sql.end();
    await this.database.drop();
  }
}

/** Waits for something only the database or another timer can tell; throws after `withinMs`. */
export async function until(condition: () => boolean | Promise<boolean>, withinMs = 15_000): Promise<void> {
  const deadline = Date.now() + withinMs;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error('it did not happen in time');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
