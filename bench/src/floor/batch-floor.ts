import { randomBytes } from 'node:crypto';
import type { Sql, Tx } from '@sluice/service-runtime';
import { send } from '../installation/http-client.ts';
import { type Market, type PaperClient, type PaperOrder, restingPrice } from '../installation/paper-client.ts';
import { floorAccount } from '../installation/start-installation.ts';

type Row = Record<string, unknown>;
/** What one alert left behind, table by table. */
type StoredAlert = Record<(typeof tables)[number], Row[]>;

/** Of the services' tables, those an alert of LIMIT orders writes. */
const tables = [
  'gateway.receipt',
  'pgboss.job',
  'orders.alert_account',
  'orders.entry',
  'orders.attempt',
  'orders.event',
  'orders.alert_answer',
] as const;

const copyOf = (table: string): string => `floor.${table.replace('.', '_')}`;

/**
 * The raw work of one batch, done by one bare script: the request to an empty app in another process, the rows of a
 * real alert written in three commits to tables with the same indexes, and the exchange calls between the second and
 * the third.
 */
export class BatchFloor {
  readonly #sql: Sql;
  readonly #appUrl: string;
  readonly #paper: PaperClient;
  readonly #market: Market;
  readonly #stored: StoredAlert;
  #count = 0;

  private constructor(sql: Sql, appUrl: string, paper: PaperClient, market: Market, stored: StoredAlert) {
    this.#sql = sql;
    this.#appUrl = appUrl;
    this.#paper = paper;
    this.#market = market;
    this.#stored = stored;
  }

  /** Takes the rows to write from an alert that was answered. */
  static async prepare(
    sql: Sql,
    alertId: string,
    appUrl: string,
    paper: PaperClient,
    market: Market,
  ): Promise<BatchFloor> {
    await sql`create schema if not exists floor`;
    const stored = {} as StoredAlert;
    for (const table of tables) {
      await sql.unsafe(`create table if not exists ${copyOf(table)} (like ${table} including all)`);
      stored[table] = await readRows(sql, table, alertId);
      if (stored[table].length === 0) throw new Error(`alert ${alertId} left nothing in ${table}`);
    }
    return new BatchFloor(sql, appUrl, paper, market, stored);
  }

  /** Does it once and gives how long it took, in ms. `body` is the alert's. */
  async run(body: string): Promise<number> {
    const rows = this.#rowsOfNext();
    const orders = this.#ordersOfNext();
    const began = performance.now();
    await send(this.#appUrl, { method: 'POST', body });
    await this.#commit((tx) => [
      insert(tx, 'gateway.receipt', rows['gateway.receipt']),
      insert(tx, 'pgboss.job', rows['pgboss.job']),
    ]);
    await this.#commit((tx) => [
      insert(tx, 'orders.entry', rows['orders.entry']),
      insert(tx, 'orders.attempt', rows['orders.attempt']),
      insert(tx, 'orders.event', rows['orders.event'].slice(0, -orders.flat().length)),
      insert(tx, 'orders.alert_account', rows['orders.alert_account']),
    ]);
    await Promise.all(orders.map((batch) => this.#paper.place(floorAccount, batch)));
    const sent = rows['orders.attempt'].map((attempt) => attempt.order_id);
    await this.#commit((tx) => [
      tx`update floor.orders_entry set status = 'open', updated_at = clock_timestamp() where id = any(${sent as number[]})`,
      tx`update floor.orders_attempt set exchange_order_id = 'x' || order_id, action = null, reported_at = clock_timestamp()
         where order_id = any(${sent as number[]})`,
      insert(tx, 'orders.event', rows['orders.event'].slice(-orders.flat().length)),
      insert(tx, 'orders.alert_answer', rows['orders.alert_answer']),
    ]);
    return performance.now() - began;
  }

  /** Takes the orders off the exchange again; no part of the measure. */
  async clean(): Promise<void> {
    await this.#paper.cancelAll(floorAccount, this.#market.venueSymbol);
  }

  async #commit(statements: (tx: Tx) => Promise<unknown>[]): Promise<void> {
    await this.#sql.begin(async (tx) => {
      await Promise.all(statements(tx));
    });
  }

  /** The same rows under keys of their own. */
  #rowsOfNext(): StoredAlert {
    this.#count += 1;
    const shift = this.#count * 1_000_000;
    const alert = randomBytes(16).toString('hex');
    const renamed = (row: Row): Row => {
      const copy = { ...row };
      if ('alert_id' in copy && typeof copy.alert_id === 'string') copy.alert_id = alert;
      for (const key of ['order_id', 'arrival']) {
        if (typeof copy[key] === 'number') copy[key] = (copy[key] as number) + shift;
      }
      if (typeof copy.client_id === 'string') copy.client_id = `${copy.client_id}-${this.#count}`;
      if (typeof copy.id === 'number') copy.id = copy.id + shift;
      return copy;
    };
    const rows = Object.fromEntries(tables.map((table) => [table, this.#stored[table].map(renamed)])) as StoredAlert;
    rows['gateway.receipt'] = rows['gateway.receipt'].map((row) => ({ ...row, id: alert }));
    rows['pgboss.job'] = rows['pgboss.job'].map((row) => ({ ...row, id: crypto.randomUUID() }));
    rows['orders.entry'] = rows['orders.entry'].map((row) => {
      return row.status === 'open' ? { ...row, status: 'submitting' } : row;
    });
    return rows;
  }

  #ordersOfNext(): PaperOrder[][] {
    const orders = this.#stored['orders.attempt'].map(
      (attempt, at): PaperOrder => ({
        symbol: this.#market.venueSymbol,
        side: 'BUY',
        type: 'LIMIT',
        timeInForce: 'GTC',
        quantity: String((attempt.request as { quantity: string }).quantity),
        price: restingPrice(this.#market, at),
        newClientOrderId: `floor-${this.#count}-${at}`,
      }),
    );
    return Array.from({ length: Math.ceil(orders.length / 5) }, (_, at) => orders.slice(at * 5, at * 5 + 5));
  }
}

async function insert(tx: Tx, table: string, rows: Row[]): Promise<void> {
  const copy = copyOf(table);
  await tx`insert into ${tx.unsafe(copy)} overriding system value
    select * from jsonb_populate_recordset(null::${tx.unsafe(copy)}, ${tx.json(rows as never)})`;
}

async function readRows(sql: Sql, table: (typeof tables)[number], alertId: string): Promise<Row[]> {
  const where: Record<(typeof tables)[number], string> = {
    'gateway.receipt': 't.id = $1',
    'pgboss.job': "t.name = 'plan_alert' and t.data->>'alertId' = $1",
    'orders.alert_account': 't.alert_id = $1',
    'orders.entry': 't.alert_id = $1',
    'orders.attempt': 't.order_id in (select id from orders.entry where alert_id = $1)',
    'orders.event': 't.order_id in (select id from orders.entry where alert_id = $1)',
    'orders.alert_answer': 't.alert_id = $1',
  };
  const rows = await sql.unsafe(`select to_jsonb(t) as row from ${table} t where ${where[table]} order by 1`, [
    alertId,
  ]);
  return rows.map(({ row }) => row as Row);
}
