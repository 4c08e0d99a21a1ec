import type { SqlOrTx } from '@sluice/service-runtime';

export type QueueMetrics = {
  total_rebalances: number;
  total_cancelled: number;
  total_executed: number;
  total_duration_ms: number;
  avg_duration_ms: number;
};

/** Rebalances over all replicas of order-queue, since their counting began. */
export async function readQueueMetrics(sql: SqlOrTx): Promise<QueueMetrics> {
  const [row] = await sql<[QueueMetrics]>`
    select total_rebalances, total_cancelled, total_executed, total_duration_ms, avg_duration_ms
    from orders.queue_metrics`;
  return row;
}
