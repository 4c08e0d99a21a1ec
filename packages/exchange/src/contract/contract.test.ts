import type { VenueName } from '@sluice/contracts';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { type PaperVenue, startPaperVenue } from '../testing/paper-venue.ts';
import { contractChecks } from './contract-checks.ts';
import { openVenue, type VenueUnderTest } from './venue-under-test.ts';

// The same checks that run against an exchange's sandbox (make venue-check), against the one on paper.

const symbols = {
  'binance-usdm': 'BTC/USDT',
  'binance-spot': 'BTC/USDT',
  'bybit-linear': 'BTC/USDT',
  kis: '005930/KRW',
} as const;
const venueNames = Object.keys(symbols) as (VenueName & keyof typeof symbols)[];

let paper: PaperVenue;
const accountOf = (venue: string) => ({ name: `contract-${venue}`, key: `key-${venue}`, secret: `secret-of-${venue}` });

beforeAll(async () => {
  const accounts = venueNames.map((venue) => ({ ...accountOf(venue), venue, balance: '10000000' }));
  // The checks come faster here than over a network: more than ten cancels a second are too many on Bybit.
  paper = await startPaperVenue({ PAPER_ACCOUNTS: JSON.stringify(accounts), PAPER_RATE_LIMITS: 'off' });
}, 20_000);
afterAll(() => paper.stop());

describe.each(venueNames)('%s', (name) => {
  let venue: VenueUnderTest;
  beforeAll(async () => {
    const { key, secret } = accountOf(name);
    venue = await openVenue(name, paper.endpoint, { apiKey: key, secret, accountNumber: '1234567801' }, symbols[name]);
  });
  afterAll(() => venue.close());

  it.each(contractChecks)('$title', (check) => check.run(venue));
});
