import { queues } from '@sluice/contracts';
import { bossDb, createBoss, type Sql } from '@sluice/service-runtime';

export type InsertAndSend = { one: (body: string) => Promise<void>; stop: () => Promise<void> };

/** The least that keeps an alert: one row and one job in one commit, on as many connections as the services have. */
export async function prepareInsertAndSend(sql: Sql, databaseUrl: string): Promise<InsertAndSend> {
  await sql`create schema if not exists floor`;
  await sql`create table if not exists floor.alert (id bigint generated always as identity primary key, body text not null)`;
  const boss = await createBoss({ url: databaseUrl, applicationName: 'bench', role: 'sender' });
  // A queue of its own: what lies in the product's would be planned.
  const queue = 'floor';
  await boss.createQueue(queue, { policy: 'standard', notify: false, deleteAfterSeconds: 3_600 });
  return {
    async one(body) {
      await sql.begin(async (tx) => {
        await tx`insert into floor.alert (body) values (${body})`;
        await boss.send(queue, { alertId: 'of the floor', queue: queues.planAlert }, { db: bossDb(tx) });
      });
    },
    stop: () => boss.stop({ graceful: false }),
  };
}
