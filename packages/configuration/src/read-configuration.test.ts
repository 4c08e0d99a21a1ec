import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { venueNames } from '@sluice/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ConfigurationError } from './problem.ts';
import { parseConfiguration } from './read-configuration.ts';
import { tokenHash } from './token-hash.ts';

const demoFile = new URL('../../../config/demo.yaml', import.meta.url);
const demoText = readFileSync(demoFile, 'utf8');
const demoEnvironment = parseEnv(readFileSync(new URL('../../../config/demo.env', import.meta.url), 'utf8'));

/** The lines a person would see, without the file's name. */
function mistakes(text: string, environment: Record<string, string | undefined> = demoEnvironment): string[] {
  try {
    parseConfiguration('f.yaml', text, environment);
  } catch (error) {
    if (error instanceof ConfigurationError)
      return error.message.split('\n').map((line) => line.replace('f.yaml:', ''));
    throw error;
  }
  return [];
}

const demoWith = (from: string | RegExp, to: string): string => {
  const changed = demoText.replace(from, to);
  expect(changed).not.toBe(demoText);
  return changed;
};

describe('the demo file', () => {
  it('reads without a mistake or a warning', () => {
    const { configuration, warnings } = parseConfiguration('demo.yaml', demoText, demoEnvironment);
    expect(warnings).toEqual([]);
    expect(configuration.installation).toEqual({
      name: 'demo',
      timeZone: 'Asia/Seoul',
      operatorChat: null,
      botToken: null,
      telegramApi: null,
      language: 'ko',
      chatLanguages: {},
      chatCommanders: {},
      receiptsDays: 90,
      eventsDays: 30,
      runsDays: 14,
    });
    expect(configuration.venues).toEqual([
      {
        name: 'binance-usdm',
        endpoint: 'http://127.0.0.1:8090',
        egress: 'default',
        closedDays: [],
        openDays: [],
        specialHours: {},
      },
    ]);
    expect(
      configuration.accounts.map(({ name, maxOpenOrders, maxConditionalOrders }) => [
        name,
        maxOpenOrders,
        maxConditionalOrders,
      ]),
    ).toEqual([
      ['main', 20, 5],
      ['main2', 20, 5],
      ['second', 20, 5],
    ]);
    expect(configuration.links).toEqual(
      [
        ['test1', 'main'],
        ['test2', 'main2'],
        ['test2', 'second'],
      ].map(([strategy, account]) => ({
        strategy,
        account,
        share: null,
        capital: '10000',
        leverage: '10',
        active: true,
      })),
    );
  });

  it('gives the hash of a token, never the token', () => {
    const { configuration } = parseConfiguration('demo.yaml', demoText, demoEnvironment);
    expect(configuration.strategies[0]!.tokenHash).toBe(tokenHash('demo-token-test1'));
    expect(JSON.stringify(configuration)).not.toContain('demo-token');
  });

  it('gives references to exchange keys, never the keys', () => {
    const { configuration } = parseConfiguration('demo.yaml', demoText, demoEnvironment);
    expect(configuration.accounts[0]!.apiKey).toEqual({ env: 'PAPER_MAIN_KEY' });
    expect(JSON.stringify(configuration)).not.toContain('paper-main');
  });
});

describe('mistakes', () => {
  it('are all named at once, in the order of the file', () => {
    const text = [
      'installation:',
      '  name: Prod_Seoul',
      '  time_zone: Mars/Base',
      'accounts:',
      '  main:',
      '    venue: binance',
      '    api_key: sk-123',
      '    api_secret: { env: "9A" }',
      '    max_open_orders: many',
      'strategies:',
      '  test1:',
      '    market_type: FUTURES',
      '    tokn: { env: T }',
      '    accounts: {}',
    ].join('\n');
    expect(mistakes(text)).toEqual([
      '2:9 installation.name: expected 1 to 8 of a-z, 0-9 and "-"',
      '3:14 installation.time_zone: expected a time zone such as Asia/Seoul',
      `6:12 accounts.main.venue: expected one of ${venueNames.join(', ')}`,
      '7:14 accounts.main.api_key: expected { env: NAME } or { file: path }; a secret itself never stands in this file',
      '8:24 accounts.main.api_secret.env: expected the name of an environment variable, e.g. TEST1_TOKEN',
      '9:22 accounts.main.max_open_orders: expected a whole number above 0',
      '11:3 strategies.test1.token: expected { env: NAME } or { file: path }; a secret itself never stands in this file',
      '13:5 strategies.test1.tokn: unknown setting; expected only known ones',
    ]);
  });

  it.each([
    ['an empty file', '', '1:1 expected a mapping (indented "name: value" lines)'],
    ['a name listed twice', 'accounts:\n  a: 1\n  a: 2\n', '3:3 expected each name once; this one stands twice'],
    ['broken indentation', 'accounts:\n  a: 1\n b: 2\n', '3:1 All mapping items must start at the same column'],
  ])('%s is named with its place', (_, text, expected) => {
    expect(mistakes(text)).toContain(expected);
  });

  it('of both kinds are named at once: what is not well formed, and what does not agree', () => {
    const text = demoWith('max_open_orders: 20', 'max_open_orders: many').replace(
      'main2: { capital: 10000, leverage: 10 }',
      'main3: { capital: 10000, leverage: 1000 }',
    );
    expect(mistakes(text, { ...demoEnvironment, TEST2_TOKEN: undefined })).toEqual([
      '16:22 accounts.main.max_open_orders: expected a whole number above 0',
      '39:5 strategies.test2.token: expected the webhook token: environment variable TEST2_TOKEN is not set; set it to the secret',
      '41:7 strategies.test2.accounts.main3: expected an account of this file: main, main2, second',
      '41:42 strategies.test2.accounts.main3.leverage: expected a whole number from 1 to 125, found 1000',
    ]);
  });

  it('of an age too short to remember the ids of alerts are named', () => {
    const text = demoWith('venues:', 'retention: { receipts_days: 7, runs_days: 0 }\nvenues:');
    expect(mistakes(text)).toEqual([
      '7:29 retention.receipts_days: expected 8 to 36500 days',
      '7:43 retention.runs_days: expected 1 to 36500 days',
    ]);
  });

  it('takes the days a person adds to the trading hours of an exchange, and none that are no days or hours', () => {
    const adding = (text: string) => demoWith('  binance-usdm:\n', `  binance-usdm:\n    ${text}\n`);
    const text = adding('closed_days: [2026-11-30]\n    special_hours: { 2026-12-15: 10:00-24:00 }');
    const { configuration } = parseConfiguration('demo.yaml', text, demoEnvironment);
    expect(configuration.venues[0]).toMatchObject({
      closedDays: ['2026-11-30'],
      specialHours: { '2026-12-15': '10:00-24:00' },
    });
    expect(mistakes(adding('open_days: [2026-02-30]')).join()).toContain('expected a day such as 2026-05-04');
    expect(mistakes(adding('special_hours: { 2026-12-15: 10:00-09:00 }')).join()).toContain(
      'close later than it opens',
    );
  });

  it('takes an account on a spot market for a strategy of that market, at leverage 1 alone', () => {
    const onSpot = demoText.replaceAll('binance-usdm', 'binance-spot').replaceAll('FUTURES', 'SPOT');
    const { configuration } = parseConfiguration('demo.yaml', onSpot.replaceAll(', leverage: 10', ''), demoEnvironment);
    expect(configuration.accounts.map(({ venue }) => venue)).toEqual(['binance-spot', 'binance-spot', 'binance-spot']);
    expect(configuration.strategies[0]).toMatchObject({ marketType: 'SPOT' });
    expect(mistakes(onSpot)).toContainEqual(expect.stringContaining('expected 1, the only leverage on SPOT, found 10'));
  });

  it('takes the users who may command in a group as numbers, and nothing that is none', () => {
    const naming = (users: string) =>
      demoWith('  name: demo\n', `  name: demo\n  chat_commanders: { "-100200300": ${users} }\n`);
    const { configuration } = parseConfiguration('demo.yaml', naming('[111222333]'), demoEnvironment);
    expect(configuration.installation.chatCommanders).toEqual({ '-100200300': ['111222333'] });
    expect(mistakes(naming('["@somebody"]')).join()).toContain('expected a Telegram user id (a number)');
  });

  it.each([
    [
      'an account that is not listed',
      [/ main: \{ capital/, ' mian: { capital'],
      '36:7 strategies.test1.accounts.mian: expected an account of this file: main, main2, second',
    ],
    [
      'an account number where the keys say it',
      ['    max_open_orders: 20', '    max_open_orders: 20\n    account_number: { env: NUMBER }'],
      '17:5 accounts.main.account_number: expected no account_number: the keys of binance-usdm say whose account it is',
    ],
    [
      'an account that its keys alone do not name',
      ['venue: binance-usdm', 'venue: kis'],
      '12:3 accounts.main: expected account_number: an account on kis is named by its number beside its keys',
    ],
    [
      'a market type the account is not on',
      ['FUTURES', 'SPOT'],
      '36:7 strategies.test1.accounts.main: expected an account on a SPOT market; main is on binance-usdm, which is FUTURES',
    ],
    [
      'both share and capital',
      ['capital: 10000', 'capital: 10000, share: 5'],
      '36:7 strategies.test1.accounts.main: expected exactly one of share and capital, found both',
    ],
    [
      'neither share nor capital',
      ['capital: 10000, ', ''],
      '36:7 strategies.test1.accounts.main: expected exactly one of share and capital, found neither',
    ],
    [
      'a share above 100',
      ['capital: 10000', 'share: 100.5'],
      '36:22 strategies.test1.accounts.main.share: expected a per cent above 0, up to 100, found 100.5',
    ],
    [
      'a capital of nothing',
      ['capital: 10000', 'capital: 0'],
      '36:24 strategies.test1.accounts.main.capital: expected an amount above 0, found 0',
    ],
    [
      'a leverage beyond the exchange',
      ['leverage: 10', 'leverage: 126'],
      '36:41 strategies.test1.accounts.main.leverage: expected a whole number from 1 to 125, found 126',
    ],
    [
      'a leverage of nothing',
      ['leverage: 10', 'leverage: 0'],
      '36:41 strategies.test1.accounts.main.leverage: expected a whole number from 1 to 125, found 0',
    ],
    [
      'a limit of nothing',
      ['max_open_orders: 20', 'max_open_orders: 0'],
      '16:22 accounts.main.max_open_orders: expected a whole number above 0',
    ],
    [
      'capital that would follow every small move',
      ['max_open_orders: 20', 'max_open_orders: 20\n    rebalance: { threshold: 0 }'],
      '17:29 accounts.main.rebalance.threshold: expected 0.1 to 100, found 0',
    ],
    [
      'more slots reserved than there are',
      ['max_open_orders: 20', 'max_open_orders: 20\n    reserve: { buy: 15, sell: 6 }'],
      '17:5 accounts.main.reserve: expected at most 20 reserved slots (max_open_orders), found 21',
    ],
    [
      'a demo on a real exchange',
      ['    endpoint: http://127.0.0.1:8090', '    egress: office'],
      '13:12 accounts.main.venue: expected venues.binance-usdm.endpoint to be set: an installation named "demo" never calls a real exchange',
    ],
    [
      'a path outside the secrets',
      ['{ env: PAPER_MAIN_KEY }', '{ file: ../key }'],
      '14:22 accounts.main.api_key.file: expected a path below the secrets directory, without ".."',
    ],
  ] as const)('%s is refused', (_, [from, to], expected) => {
    expect(mistakes(demoWith(from, to))).toContain(expected);
  });

  it('counts the shares of an account over all strategies', () => {
    const text = demoText
      .replace('main: { capital: 10000', 'main2: { share: 60')
      .replace('main2: { capital: 10000', 'main2: { share: 40.5');
    expect(mistakes(text)).toEqual([
      '18:3 accounts.main2: expected shares of at most 100 per cent in all, found 100.5',
    ]);
  });

  it('names a webhook token that is not there', () => {
    expect(mistakes(demoText, { ...demoEnvironment, TEST1_TOKEN: '' })).toEqual([
      '34:5 strategies.test1.token: expected the webhook token: environment variable TEST1_TOKEN is not set; set it to the secret',
    ]);
  });

  it('refuses a short token outside the demo, without showing it', () => {
    const found = mistakes(demoWith('name: demo', 'name: prod'), { ...demoEnvironment, TEST2_TOKEN: 'x'.repeat(24) });
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(
      'expected a token of at least 24 characters in environment variable TEST1_TOKEN, found 16',
    );
    expect(found[0]).not.toContain('demo-token-test1');
  });
});

it('warns of exchange keys that are absent, and reads the rest', () => {
  const { PAPER_MAIN_KEY: _, ...environment } = demoEnvironment;
  const { configuration, warnings } = parseConfiguration('demo.yaml', demoText, environment);
  expect(configuration.accounts).toHaveLength(3);
  expect(warnings.map(({ line, path }) => [line, path])).toEqual([[14, 'accounts.main.api_key']]);
});

it('keeps every digit of an amount, as no float would', () => {
  const digits = fc.tuple(
    fc.integer({ min: 1, max: 9 }),
    fc.stringMatching(/^\d{0,14}$/),
    fc.stringMatching(/^\d{0,11}[1-9]$/),
  );
  fc.assert(
    fc.property(digits, ([first, whole, fraction]) => {
      const amount = `${first}${whole}.${fraction}`;
      const text = demoText.replace('capital: 10000', `capital: ${amount}`);
      const { configuration } = parseConfiguration('demo.yaml', text, demoEnvironment);
      expect(configuration.links[0]!.capital).toBe(amount);
    }),
    { numRuns: 100 },
  );
});
