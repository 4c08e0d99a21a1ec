import type { Notification } from '@sluice/contracts';
import type { Sql } from '@sluice/service-runtime';

export type StoredOrder = {
  id: number;
  alertId: string;
  strategy: string;
  account: string;
  symbol: string;
  orderIndex: number;
  type: string;
  side: string;
  price: string | null;
  quantity: string;
  executed: string;
  status: string;
  wanted: string;
  attempts: number;
  retries: number;
  failureType: string | null;
  failureCode: string | null;
  announced: boolean;
  clientId: string | null;
  exchangeOrderId: string | null;
  triggeredOrderId: string | null;
};

/** What the tables say. Tests read them beside the answer and the exchange, which both can be wrong. */
export class StoredOrders {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** Orders of an account, in the order they arrived. */
  async of(account: string, symbol?: string): Promise<StoredOrder[]> {
    return await this.#sql<StoredOrder[]>`
      select e.id, e.alert_id as "alertId", e.strategy, e.account, e.symbol, e.order_index as "orderIndex", e.type, e.side,
        trim_scale(e.price)::text as price, trim_scale(e.quantity)::text as quantity, trim_scale(e.executed)::text as executed,
        e.status, e.wanted, e.attempt as attempts, e.retries, e.failure_type as "failureType",
        e.failure_code as "failureCode", e.announced, a.client_id as "clientId",
        a.exchange_order_id as "exchangeOrderId", a.triggered_order_id as "triggeredOrderId"
      from orders.entry e left join orders.attempt a on a.order_id = e.id and a.number = e.attempt
      where e.account = ${account} and (${symbol ?? null}::text is null or e.symbol = ${symbol ?? null})
      order by e.arrival, e.order_index`;
  }

  /** How many orders of an account are in each status. */
  async counts(account: string, symbol?: string): Promise<Record<string, number>> {
    const counts: Record<string, number> = {};
    for (const { status } of await this.of(account, symbol)) counts[status] = (counts[status] ?? 0) + 1;
    return counts;
  }

  /** Names of an order's events, oldest first. */
  async events(orderId: number): Promise<string[]> {
    const rows = await this.#sql<
      { kind: string }[]
    >`select kind from orders.event where order_id = ${orderId} order by id`;
    return rows.map(({ kind }) => kind);
  }

  /** Messages that wait for the notifier and are about this account. */
  async messages(account: string): Promise<Notification[]> {
    const rows = await this.#sql<{ data: Notification }[]>`
      select data from pgboss.job where name = 'notify' and data ->> 'account' = ${account} order by created_on`;
    return rows.map(({ data }) => data);
  }
}
