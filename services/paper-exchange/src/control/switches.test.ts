import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { openExchanges } from '../protocols/protocols.ts';
import type { PaperExchange } from '../serving/paper-exchange.ts';

const exchanges = Object.entries<PaperExchange>(
  openExchanges({
    accounts: [],
    seed: 1,
    moves: false,
    latency: { minMs: 0, maxMs: 0 },
    enforceRateLimits: true,
    clock: () => 0,
  }),
);
const names = exchanges.flatMap(([, { venue }]) => Object.keys(venue.switches));

describe('the switches', () => {
  it.each(exchanges)('of %s can all be set through the control API, to their defaults at least', (_name, exchange) => {
    const { switches } = exchange.venue;
    expect(exchange.switchesBody.parse(switches)).toEqual(switches);
    for (const name of Object.keys(switches)) {
      expect(exchange.switchesBody.safeParse({ [name]: 'no such value' }).success, name).toBe(false);
    }
    expect(exchange.switchesBody.safeParse({ noSuchSwitch: true }).success).toBe(false);
  });

  it('are all explained in docs/venue-assumptions.md, where every assumed row names one', () => {
    const doc = readFileSync(new URL('../../../../docs/venue-assumptions.md', import.meta.url), 'utf8');
    for (const name of names) expect(doc).toContain(`\`${name}\``);
    const rows = doc.split('\n').filter((line) => line.startsWith('|') && line.includes('assumed'));
    for (const row of rows) {
      expect(
        names.some((name) => row.includes(`\`${name}\``)),
        row,
      ).toBe(true);
    }
  });
});
