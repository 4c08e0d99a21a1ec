import { describe, expect, it } from 'vitest';
import type { Configuration, StoredConfiguration } from './configuration.ts';
import { diffConfiguration } from './diff-configuration.ts';
import { formatDiff } from './format-diff.ts';

const wanted: Configuration = {
  installation: {
    name: 'prod',
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
  },
  venues: [{ name: 'binance-usdm', endpoint: null, closedDays: [], openDays: [], specialHours: {}, egress: 'default' }],
  accounts: [
    {
      name: 'main',
      venue: 'binance-usdm',
      apiKey: { env: 'KEY' },
      apiSecret: { file: 'main/secret' },
      accountNumber: null,
      marginMode: 'cross',
      maxOpenOrders: 20,
      maxConditionalOrders: null,
      reserve: { buy: 0, sell: 0, conditional: 0 },
      rebalance: { threshold: '5', minIntervalHours: '6' },
      active: true,
    },
  ],
  strategies: [
    {
      name: 'trend',
      marketType: 'FUTURES',
      tokenHash: 'a'.repeat(64),
      chats: [],
      maxLagMs: null,
      maxAgeMs: 30_000,
      active: true,
    },
  ],
  links: [{ strategy: 'trend', account: 'main', share: null, capital: '10000', leverage: '10', active: true }],
  jobs: [],
};

const nothing: StoredConfiguration = {
  installation: null,
  revision: 0,
  venues: [],
  accounts: [],
  strategies: [],
  links: [],
  jobs: [],
};

const storedAs = (configuration: Configuration): StoredConfiguration => ({
  ...structuredClone(configuration),
  revision: 1,
  accounts: configuration.accounts.map((row) => ({ ...row, removed: false })),
  strategies: configuration.strategies.map((row) => ({ ...row, removed: false })),
  links: configuration.links.map((row) => ({ ...row, removed: false })),
});

const lines = (stored: StoredConfiguration, file: Configuration) => formatDiff(diffConfiguration(stored, file));

describe('the difference', () => {
  it('of a first apply adds everything', () => {
    expect(lines(nothing, wanted)).toEqual([
      '+ installation prod: time_zone Asia/Seoul',
      '+ venue binance-usdm',
      '+ account main: venue binance-usdm, api_key { env: KEY }, api_secret { file: main/secret }, max_open_orders 20',
      '+ strategy trend: market_type FUTURES, token set',
      '+ link trend on main: capital 10000, leverage 10',
    ]);
  });

  it('of the same file is empty', () => {
    const diff = diffConfiguration(storedAs(wanted), wanted);
    expect(diff).toEqual({ changes: [], refusals: [] });
    expect(formatDiff(diff)).toEqual(['No difference: what is applied already reads like this file.']);
  });

  it('shows from what to what a setting changes', () => {
    const file = structuredClone(wanted);
    file.links[0] = { ...file.links[0]!, capital: null, share: '12.5' };
    file.accounts[0] = { ...file.accounts[0]!, maxOpenOrders: null, active: false };
    expect(lines(storedAs(wanted), file)).toEqual([
      '~ account main: max_open_orders 20 → none, active true → false',
      '~ link trend on main: share none → 12.5, capital 10000 → none',
    ]);
  });

  it('says that a token changed and shows neither hash', () => {
    const file = structuredClone(wanted);
    file.strategies[0]!.tokenHash = 'b'.repeat(64);
    expect(lines(storedAs(wanted), file)).toEqual(['~ strategy trend: token changed']);
  });

  it('says what becomes of a strategy taken out, and of its link', () => {
    const file = { ...wanted, strategies: [], links: [] };
    expect(lines(storedAs(wanted), file)).toEqual([
      '- strategy trend: no new alerts; its pending orders are cancelled, live ones tracked to their end',
      '- link trend on main: no new orders of the strategy there; its pending orders are cancelled, live ones tracked to their end',
    ]);
  });

  it('does not name again what was taken out before', () => {
    const stored = storedAs(wanted);
    stored.strategies[0]!.removed = true;
    stored.links[0]!.removed = true;
    expect(lines(stored, { ...wanted, strategies: [], links: [] })).toEqual([
      'No difference: what is applied already reads like this file.',
    ]);
    expect(lines(stored, wanted)).toEqual(['+ strategy trend: listed again', '+ link trend on main: listed again']);
  });
});

describe('what orders already sent depend on', () => {
  it('the installation name cannot change', () => {
    const { refusals } = diffConfiguration(storedAs(wanted), {
      ...wanted,
      installation: { ...wanted.installation, name: 'new' },
    });
    expect(refusals.map(({ name }) => name)).toEqual(['installation.name']);
  });

  it('the market of an account cannot change, not even of one taken out', () => {
    const stored = storedAs(wanted);
    stored.accounts[0] = { ...stored.accounts[0]!, venue: 'binance-spot' as never, removed: true };
    expect(diffConfiguration(stored, wanted).refusals.map(({ name }) => name)).toEqual(['accounts.main.venue']);
  });
});
