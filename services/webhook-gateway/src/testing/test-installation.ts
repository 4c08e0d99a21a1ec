import { channels } from '@sluice/contracts';
import { connectPostgres, type Sql } from '@sluice/service-runtime';
import { createMigratedDatabase } from '@sluice/service-runtime/testing';
import { hashToken } from '../intake/redact-token.ts';
import { startGateway } from '../start-gateway.ts';

export const adminToken = 'test-admin';

export type TestGateway = {
  url: string;
  post(body: unknown, headers?: Record<string, string>): Promise<Answer>;
  get(path: string, headers?: Record<string, string>): Promise<Answer>;
  stop(): Promise<void>;
};
// biome-ignore lint/suspicious/noExplicitAny: a test reads whatever the answer holds
export type Answer = { status: number; headers: Headers; body: any; ms: number };

export type TestInstallation = {
  url: string;
  sql: Sql;
  /** Starts a gateway on this installation's database, or on it by way of `url`. */
  gateway(url?: string): Promise<TestGateway>;
  addStrategy(name: string, options?: { maxLagMs?: number; active?: boolean; venues?: string[] }): Promise<void>;
  listSymbols(venue: string, symbols: string[]): Promise<void>;
  /** Completes alerts as order-queue would: by a result row and a notification. Ended with the installation. */
  startOrderQueue(): { stop(): Promise<void> };
  complete(id: string): Promise<void>;
  end(): Promise<void>;
};

/**
 * A database with strategies, and gateways on it. What other services own and the gateway only reads (results,
 * symbol lists) are plain tables here, under the names of their views.
 */
export async function createInstallation(adminUrl: string): Promise<TestInstallation> {
  const database = await createMigratedDatabase(adminUrl);
  const { url } = database;
  const sql = connectPostgres({ url, applicationName: 'gateway-test' });
  const running: { stop(): Promise<void> }[] = [];
  await sql.unsafe(`
    alter view orders.alert_result rename to alert_result_of_order_queue;
    create table orders.alert_result (alert_id text primary key, body jsonb not null, completed_at timestamptz not null);
    alter view market.valid_symbol rename to valid_symbol_of_market_data;
    create table market.valid_symbol (venue text, symbol text, status text default 'trading', primary key (venue, symbol));
    insert into config.installation (name, revision, applied_at) values ('test', 1, now());`);

  const complete = async (id: string): Promise<void> => {
    await sql`
      insert into orders.alert_result
      select r.id, jsonb_build_object('action', 'batch_order', 'strategy', r.strategy, 'success', true, 'id', r.id,
               'warnings', r.warnings, 'results', '[]'::jsonb, 'rebalanced', '[]'::jsonb,
               'summary', jsonb_build_object('total_orders', jsonb_array_length(r.orders))), clock_timestamp()
      from gateway.alert_to_plan r where r.id = ${id} on conflict do nothing`;
    await sql`select pg_notify(${channels.alertResult}, ${id})`;
  };

  return {
    url,
    sql,
    complete,
    async gateway(through = url) {
      const stops: (() => unknown)[] = [];
      const onStop = (_name: string, fn: () => unknown): void => void stops.push(fn);
      const env = { DATABASE_URL: through, ADMIN_TOKEN: adminToken, PORT: 0, HOST: '127.0.0.1' };
      const port = await startGateway(env, { replica: `test-${stops.length}-${Math.random()}`, onStop });
      const base = `http://127.0.0.1:${port}`;
      let stopped: Promise<void> | undefined;
      const gateway: TestGateway = {
        url: base,
        post: (body, headers = {}) => {
          const text = typeof body === 'string' ? body : JSON.stringify(body);
          return answerOf(`${base}/api/webhook`, { method: 'POST', body: text, headers });
        },
        get: (path, headers = {}) => answerOf(`${base}${path}`, { headers }),
        stop() {
          stopped ??= (async () => {
            for (const stop of stops.reverse()) await stop();
          })();
          return stopped;
        },
      };
      running.push(gateway);
      return gateway;
    },
    async addStrategy(name, { maxLagMs, active = true, venues = ['binance-usdm'] } = {}) {
      await sql`
        insert into config.strategy (name, market_type, token_hash, max_lag_ms, active)
        values (${name}, 'FUTURES', ${hashToken(tokenOf(name))}, ${maxLagMs ?? null}, ${active})`;
      for (const venue of venues) {
        const account = `${name}-${venue}`;
        await sql`insert into config.venue (name) values (${venue}) on conflict do nothing`;
        await sql`
          insert into config.account (name, venue, api_key, api_secret, margin_mode)
          values (${account}, ${venue}, '{"env":"K"}', '{"env":"S"}', 'cross')`;
        await sql`
          insert into config.strategy_account (strategy, account, capital, leverage)
          values (${name}, ${account}, 10000, 10)`;
      }
      await sql`select pg_notify(${channels.configChanged}, '')`;
    },
    async listSymbols(venue, symbols) {
      await sql`
        insert into market.valid_symbol (venue, symbol)
        select ${venue}, symbol from unnest(${symbols}::text[]) as symbol`;
      await sql`select pg_notify(${channels.configChanged}, '')`;
    },
    startOrderQueue() {
      let stopping = false;
      const loop = (async () => {
        while (!stopping) {
          const due = await sql<{ id: string }[]>`
            select a.id from gateway.alert_to_plan a
            where not exists (select 1 from orders.alert_result r where r.alert_id = a.id)`;
          for (const { id } of due) await complete(id);
          await new Promise((resolve) => setTimeout(resolve, 5));
        }
      })();
      const queue = {
        async stop() {
          stopping = true;
          await loop;
        },
      };
      running.push(queue);
      return queue;
    },
    async end() {
      for (const part of running) await part.stop();
      await sql.end({ timeout: 5 });
      await database.drop();
    },
  };
}

export function tokenOf(strategy: string): string {
  return `token-of-${strategy}`;
}

/** An alert of one LIMIT order that is accepted; `fields` change it. */
export function limitAlert(strategy: string, fields: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    group_name: strategy,
    token: tokenOf(strategy),
    symbol: 'BTC/USDT',
    order_type: 'LIMIT',
    side: 'buy',
    price: '95000',
    qty_per: 10,
    ...fields,
  };
}

async function answerOf(url: string, init: RequestInit): Promise<Answer> {
  const begun = performance.now();
  const response = await fetch(url, init);
  const text = await response.text();
  const json = response.headers.get('content-type')?.includes('json') ?? false;
  return {
    status: response.status,
    headers: response.headers,
    body: json ? JSON.parse(text) : text,
    ms: performance.now() - begun,
  };
}
