import type { SqlOrTx } from '@sluice/service-runtime';

export type ServiceState = { service: string; replicas: number; ready: number };

/** A process beats every 2 s; one silent for this long is dead or cut off. */
const silentAfter = '10 seconds';

/** How many replicas of each service are alive, and how many of them can take work. */
export async function readServiceStates(sql: SqlOrTx): Promise<ServiceState[]> {
  return await sql<ServiceState[]>`
    select service, count(*)::int as replicas, count(*) filter (where ready)::int as ready
    from runtime.heartbeat where beat_at > clock_timestamp() - ${silentAfter}::interval
    group by service order by service`;
}
