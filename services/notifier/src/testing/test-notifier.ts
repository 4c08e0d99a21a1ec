import { type Notification, queues } from '@sluice/contracts';
import { connectPostgres, createBoss, type Sql } from '@sluice/service-runtime';
import { createMigratedDatabase } from '@sluice/service-runtime/testing';
import { startNotifier } from '../start-notifier.ts';
import { FakeTelegram } from './fake-telegram.ts';

export type RunningNotifier = { stop(): Promise<void> };

export type TestNotifier = {
  sql: Sql;
  telegram: FakeTelegram;
  /** Starts a replica. */
  start(replica: string): Promise<RunningNotifier>;
  /** A strategy of its own name, with an account and an owner of its own. */
  owner(chat: string, name?: string): Promise<string>;
  send(message: Notification): Promise<void>;
  /** A final failure of an order of this strategy. */
  failure(
    strategy: string,
    orderId: number,
    change?: Partial<Extract<Notification, { kind: 'order_failed' }>>,
  ): Promise<void>;
  end(): Promise<void>;
};

const TOKEN_VARIABLE = 'TEST_BOT_TOKEN';

/** An installation whose operator and owners are told by a fake Telegram. */
export async function createTestNotifier(adminUrl: string, options: { token?: boolean } = {}): Promise<TestNotifier> {
  const database = await createMigratedDatabase(adminUrl);
  const telegram = await FakeTelegram.start();
  const { url } = database;
  const sql = connectPostgres({ url, max: 2, applicationName: 'test' });
  const boss = await createBoss({ url, applicationName: 'test', role: 'sender' });
  process.env[TOKEN_VARIABLE] = telegram.token;
  const botToken = options.token === false ? null : sql.json({ env: TOKEN_VARIABLE });
  await sql`
    insert into config.installation (name, revision, applied_at, operator_chat, bot_token, telegram_api, chat_languages)
    values ('test', 1, now(), '900', ${botToken}, ${telegram.url}, '{"900": "en"}')`;
  await sql`insert into config.venue (name) values ('binance-usdm')`;
  const running: RunningNotifier[] = [];
  const send = async (message: Notification) => void (await boss.send(queues.notify, message));
  return {
    sql,
    telegram,
    send,
    async start(replica) {
      const stops: (() => unknown)[] = [];
      await startNotifier(
        { DATABASE_URL: url, PORT: 0, HOST: '127.0.0.1' },
        { replica, onStop: (_name, fn) => void stops.push(fn) },
      );
      let stopped: Promise<void> | undefined;
      const one = {
        stop() {
          stopped ??= (async () => {
            for (const stop of stops.reverse()) await stop();
          })();
          return stopped;
        },
      };
      running.push(one);
      return one;
    },
    async owner(chat, name = `s${chat}`) {
      await sql`
        insert into config.strategy (name, market_type, token_hash, chats)
        values (${name}, 'FUTURES', ${'0'.repeat(64)}, ${sql.json([chat])})`;
      await sql`
        insert into config.account (name, venue, api_key, api_secret, margin_mode)
        values (${name}, 'binance-usdm', '{}', '{}', 'cross')`;
      await sql`
        insert into config.strategy_account (strategy, account, capital, leverage) values (${name}, ${name}, 1000, 1)`;
      return name;
    },
    async failure(strategy, orderId, change = {}) {
      await send({
        kind: 'order_failed',
        key: `order:${orderId}`,
        at: new Date().toISOString(),
        strategy,
        account: strategy,
        symbol: 'BTC/USDT',
        orderId,
        failureType: 'insufficient_balance',
        detail: 'Margin is insufficient.',
        ...change,
      });
    },
    async end() {
      for (const one of running) await one.stop();
      await boss.stop({ graceful: false });
      await sql.end();
      await telegram.close();
      await database.drop();
    },
  };
}
