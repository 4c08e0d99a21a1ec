import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { expect, test } from 'vitest';
import type { StoredConfiguration } from './configuration.ts';
import { diffConfiguration } from './diff-configuration.ts';
import { formatDiff } from './format-diff.ts';
import { nextRunsOfChanged } from './next-runs.ts';
import { ConfigurationError } from './problem.ts';
import { parseConfiguration } from './read-configuration.ts';

const demoText = readFileSync(new URL('../../../config/demo.yaml', import.meta.url), 'utf8');
const environment = parseEnv(readFileSync(new URL('../../../config/demo.env', import.meta.url), 'utf8'));
const noon = Date.parse('2026-01-01T12:00:00+09:00');

const read = (jobs: string) => parseConfiguration('f.yaml', `${demoText}${jobs}`, environment).configuration;
const firstLine = demoText.split('\n').length;

/** What is said of the lines added to the demo, each with its line counted from the first of them. */
function mistakes(jobs: string): string[] {
  try {
    read(jobs);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return error.problems.map(
      ({ line, column, path, message }) => `${line - firstLine + 1}:${column} ${path}: ${message}`,
    );
  }
}

const stored = (jobs: string): StoredConfiguration => {
  const configuration = read(jobs);
  const there = <Row>(rows: Row[]) => rows.map((row) => ({ ...row, removed: false }));
  const { accounts, strategies, links } = configuration;
  return {
    ...configuration,
    revision: 1,
    accounts: there(accounts),
    strategies: there(strategies),
    links: there(links),
  };
};

test('a job is given an interval or a cron expression, by its id or another of its names', () => {
  const { jobs } = read(`jobs:
  update_price_cache: { every: 61 }
  send_daily_summary: { cron: "30 20 * * *" }
  calculate_daily_performance: { cron: "13 5 0 * * MON-FRI" }
`);
  expect(jobs).toEqual([
    { name: 'price_cache', schedule: 'every 61 s' },
    { name: 'send_daily_summary', schedule: '0 30 20 * * *' },
    { name: 'calculate_daily_performance', schedule: '13 5 0 * * MON-FRI' },
  ]);
});

test('each wrong schedule is told with its place and what was expected there', () => {
  const found = mistakes(`jobs:
  price_cache: { every: 0 }
  market_info: { every: 86401 }
  symbol_validator: { every: 1.5 }
  auto_rebalance: { cron: "61 * * * *" }
  data_retention: { cron: "*/10 * * * * *" }
  update_positions: {}
  update_open_orders: { every: 5, cron: "* * * * *" }
  send_daily_summary: { cron: "0 0 30 2 *" }
  update_price_cache: { every: 7 }
`);
  expect(found).toEqual([
    expect.stringMatching(/^2:25 jobs.price_cache.every: expected 1 to 86400 seconds, found 0/),
    expect.stringMatching(/^3:25 jobs.market_info.every: expected 1 to 86400 seconds, found 86401/),
    expect.stringMatching(/^4:30 jobs.symbol_validator.every: expected a whole number of seconds$/),
    expect.stringMatching(/^5:27 jobs.auto_rebalance.cron: expected "minute hour day month weekday".*found "61/),
    expect.stringMatching(/^6:27 jobs.data_retention.cron: expected .* with one second in front/),
    expect.stringMatching(/^7:3 jobs.update_positions: expected exactly one of every and cron, found neither$/),
    expect.stringMatching(/^8:3 jobs.update_open_orders: expected exactly one of every and cron, found both$/),
    expect.stringMatching(/^9:31 jobs.send_daily_summary.cron: expected .* that comes at some time/),
    expect.stringMatching(/^10:3 jobs.update_price_cache: expected each job once; price_cache names the same one$/),
  ]);
});

test('a job that does not exist is told with those that do', () => {
  expect(mistakes('jobs:\n  prices: { every: 7 }\n')).toEqual([
    expect.stringMatching(/^2:3 jobs.prices: expected a background job: precision_cache, /),
  ]);
});

test('the difference names the schedules and shows the next five runs of each job that changes', () => {
  const wanted = read('jobs:\n  price_cache: { every: 60 }\n  send_daily_summary: { cron: "30 20 * * *" }\n');
  const before = stored('jobs:\n  price_cache: { every: 37 }\n  queue_rebalancer: { every: 2 }\n');
  const diff = diffConfiguration(before, wanted);
  expect(formatDiff(diff)).toEqual([
    '~ job price_cache: schedule every 37 s → every 60 s',
    '+ job send_daily_summary: schedule 0 30 20 * * *',
    '- job queue_rebalancer: runs as the catalogue says again',
  ]);
  const [price, summary, tick, ...more] = nextRunsOfChanged(diff, wanted, noon);
  expect(price).toBe(
    '  next runs of price_cache: 2026-01-01T12:01:00+09:00, 2026-01-01T12:02:00+09:00, 2026-01-01T12:03:00+09:00, ' +
      '2026-01-01T12:04:00+09:00, 2026-01-01T12:05:00+09:00',
  );
  expect(summary).toContain('send_daily_summary: 2026-01-01T20:30:00+09:00, 2026-01-02T20:30:00+09:00');
  expect(tick).toContain('queue_rebalancer: 2026-01-01T12:00:01+09:00, 2026-01-01T12:00:02+09:00');
  expect(more).toEqual([]);
});

test('another time zone shows the next runs of every job with a time of day, and of no other', () => {
  const wanted = read('');
  const berlin = { ...wanted, installation: { ...wanted.installation, timeZone: 'Europe/Berlin' } };
  const lines = nextRunsOfChanged(diffConfiguration(stored(''), berlin), berlin, noon);
  expect(lines.map((line) => line.split(':')[0])).toContain('  next runs of precision_cache');
  expect(lines.join()).not.toContain('price_cache');
  expect(lines.find((line) => line.includes('precision_cache'))).toContain('2026-01-01T03:07:00+01:00'.slice(10));
});
