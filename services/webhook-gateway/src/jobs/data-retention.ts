import { queues } from '@sluice/contracts';
import type { JobFunction, Sql } from '@sluice/service-runtime';
import type { PgBoss } from 'pg-boss';
import { readAges } from '../db/read-ages.ts';

/** The services that own what ages; the gateway sends itself one too, so that a run it loses is taken up as theirs are. */
const owners = {
  'webhook-gateway': queues.retentionGateway,
  'order-queue': queues.retentionOrders,
  notifier: queues.retentionNotifier,
};

/** Job `data_retention`: one message to each service that owns what ages; each deletes its own. */
export function dataRetention(sql: Sql, boss: PgBoss): JobFunction {
  return async () => {
    const ages = await readAges(sql);
    if (ages === null) return { changed: false, counts: { asked: 0 }, summary: 'nothing is configured yet' };
    const asked: string[] = [];
    for (const [service, queue] of Object.entries(owners)) {
      // Null while the message of an earlier day is still worked on.
      if ((await boss.send(queue, ages)) !== null) asked.push(service);
    }
    const { receiptsDays, eventsDays, runsDays } = ages;
    return {
      changed: asked.length > 0,
      counts: { asked: asked.length },
      summary:
        `${asked.join(' and ') || 'nobody'} asked to delete receipts older than ${receiptsDays} days, ` +
        `events than ${eventsDays}, job runs than ${runsDays}`,
    };
  };
}
