import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { connectPostgres, type Sql } from '@sluice/service-runtime';
import { createMigratedDatabase } from '@sluice/service-runtime/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { applyConfiguration } from './apply-configuration.ts';
import type { Configuration } from './configuration.ts';
import { formatDiff } from './format-diff.ts';
import { parseConfiguration } from './read-configuration.ts';

const demoText = readFileSync(new URL('../../../config/demo.yaml', import.meta.url), 'utf8');
const environment = parseEnv(readFileSync(new URL('../../../config/demo.env', import.meta.url), 'utf8'));
const read = (text: string): Configuration => parseConfiguration('demo.yaml', text, environment).configuration;
const demo = read(demoText);
/** The demo's second strategy and its accounts taken out. */
const withoutTest2: Configuration = {
  ...demo,
  accounts: demo.accounts.filter(({ name }) => name === 'main'),
  strategies: demo.strategies.filter(({ name }) => name === 'test1'),
  links: demo.links.filter(({ strategy }) => strategy === 'test1'),
};

let database: Awaited<ReturnType<typeof createMigratedDatabase>>;
let sql: Sql;

beforeAll(async () => {
  database = await createMigratedDatabase(inject('databaseUrl'));
  sql = connectPostgres({ url: database.url, applicationName: 'test' });
});
afterAll(async () => {
  await sql.end();
  await database.drop();
});
beforeEach(async () => {
  await sql`truncate config.installation, config.strategy_account, config.strategy, config.account, config.venue, config.job restart identity`;
});

const ids = async () =>
  Object.fromEntries((await sql`select name, id from config.account`).map((row) => [row.name, row.id]));
const revision = async () => (await sql`select revision from config.installation`)[0]?.revision;

describe('applying a configuration', () => {
  it('stores how long what happened is kept, and says what it changes', async () => {
    await applyConfiguration(sql, demo);
    const longer = read(`${demoText}\nretention: { receipts_days: 365 }\n`);
    const { diff } = await applyConfiguration(sql, longer);
    expect(formatDiff(diff)).toEqual(['~ installation demo: receipts_days 90 → 365']);
    expect(await sql`select receipts_days, events_days, runs_days from config.installation`).toEqual([
      { receipts_days: 365, events_days: 30, runs_days: 14 },
    ]);
    expect((await applyConfiguration(sql, longer)).diff.changes).toEqual([]);
  });

  it('writes all of it, numbers accounts in the order of the file and starts at revision 1', async () => {
    const { applied, revision } = await applyConfiguration(sql, demo);
    expect({ applied, revision }).toEqual({ applied: true, revision: 1 });
    expect(await ids()).toEqual({ main: 1, main2: 2, second: 3 });
    const [main] = await sql`select * from config.account where name = 'main'`;
    expect(main).toMatchObject({
      venue: 'binance-usdm',
      api_key: { env: 'PAPER_MAIN_KEY' },
      margin_mode: 'cross',
      max_open_orders: 20,
      max_conditional_orders: 5,
      reserve: { buy: 0, sell: 0, conditional: 0 },
      rebalance: { threshold: '5', minIntervalHours: '6' },
      removed_at: null,
    });
    expect(
      await sql`select strategy, account, capital, share, leverage from config.strategy_account order by 1, 2`,
    ).toEqual([
      { strategy: 'test1', account: 'main', capital: '10000', share: null, leverage: '10' },
      { strategy: 'test2', account: 'main2', capital: '10000', share: null, leverage: '10' },
      { strategy: 'test2', account: 'second', capital: '10000', share: null, leverage: '10' },
    ]);
  });

  it('stores no secret', async () => {
    await applyConfiguration(sql, demo);
    const rows =
      await sql`select to_jsonb(s) as row from config.strategy s union all select to_jsonb(a) from config.account a`;
    const text = JSON.stringify(rows);
    for (const secret of Object.values(environment)) expect(text).not.toContain(`"${secret}"`);
  });

  it('changes nothing when the file says what is applied already, but counts and tells it, which lifts pauses', async () => {
    await applyConfiguration(sql, demo);
    const before = await ids();
    const heard = Promise.withResolvers<void>();
    const { unlisten } = await sql.listen('config_changed', () => heard.resolve());
    const { applied, diff, revision } = await applyConfiguration(sql, demo);
    expect({ applied, changes: diff.changes, revision }).toEqual({ applied: true, changes: [], revision: 2 });
    await heard.promise;
    expect(await ids()).toEqual(before);
    await unlisten();
  });

  it('tells the services of a change', async () => {
    await applyConfiguration(sql, demo);
    const heard = Promise.withResolvers<void>();
    const { unlisten } = await sql.listen('config_changed', () => heard.resolve());
    await applyConfiguration(sql, withoutTest2);
    await heard.promise;
    await unlisten();
    expect(await revision()).toBe(2);
  });

  it('keeps the row of what was taken out, marked, and gives it back under the same id', async () => {
    await applyConfiguration(sql, demo);
    await applyConfiguration(sql, withoutTest2);
    const removed = await sql`
      select name from config.account where removed_at is not null
      union all select name from config.strategy where removed_at is not null
      union all select strategy || ' on ' || account from config.strategy_account where removed_at is not null order by 1`;
    expect(removed.map(({ name }) => name)).toEqual(['main2', 'second', 'test2', 'test2 on main2', 'test2 on second']);

    const { diff } = await applyConfiguration(sql, demo);
    expect(formatDiff(diff)).toEqual([
      '+ account main2: listed again',
      '+ account second: listed again',
      '+ strategy test2: listed again',
      '+ link test2 on main2: listed again',
      '+ link test2 on second: listed again',
    ]);
    expect(await ids()).toEqual({ main: 1, main2: 2, second: 3 });
    expect(await sql`select count(*)::int as n from config.strategy_account where removed_at is not null`).toEqual([
      { n: 0 },
    ]);
  });

  it('refuses a new installation name and changes nothing', async () => {
    await applyConfiguration(sql, demo);
    const renamed = { ...withoutTest2, installation: { ...demo.installation, name: 'other' } };
    const { applied, diff } = await applyConfiguration(sql, renamed);
    expect(applied).toBe(false);
    expect(diff.refusals.map(({ name }) => name)).toEqual(['installation.name']);
    expect(await revision()).toBe(1);
    expect(await sql`select count(*)::int as n from config.strategy where removed_at is null`).toEqual([{ n: 2 }]);
  });

  it('leaves the stored configuration whole when several apply at once', async () => {
    const files = [demo, withoutTest2, demo, withoutTest2, demo, withoutTest2];
    await Promise.all(files.map((file) => applyConfiguration(sql, file)));
    const [row] = await sql`
      select (select count(*) from config.strategy where removed_at is null)::int as strategies,
             (select count(*) from config.strategy_account where removed_at is null)::int as links`;
    expect([
      { strategies: 2, links: 3 },
      { strategies: 1, links: 1 },
    ]).toContainEqual(row);
  });

  it('keeps the schedules the file names and no others', async () => {
    const withJobs = (...jobs: [string, string][]): Configuration => ({
      ...demo,
      jobs: jobs.map(([name, schedule]) => ({ name, schedule })),
    });
    await applyConfiguration(sql, withJobs(['price_cache', 'every 61 s'], ['auto_rebalance', '0 19 * * * *']));
    await applyConfiguration(sql, withJobs(['price_cache', 'every 37 s']));
    expect([...(await sql`select name, schedule from config.job`)]).toEqual([
      { name: 'price_cache', schedule: 'every 37 s' },
    ]);
    const { diff } = await applyConfiguration(sql, demo);
    expect(formatDiff(diff)).toEqual(['- job price_cache: runs as the catalogue says again']);
    expect(await sql`select from config.job`).toHaveLength(0);
  });
});
