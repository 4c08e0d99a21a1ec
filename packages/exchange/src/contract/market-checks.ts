import { strict as assert } from 'node:assert';
import { Decimal } from '@sluice/contracts';
import type { PriceEvent } from '../exchange.ts';
import { venueTraits } from '../venue-traits.ts';
import type { ContractCheck } from './contract-checks.ts';

export const marketChecks: readonly ContractCheck[] = [
  {
    title: 'lists its markets with what limits an order, and its rate limits with them',
    async run({ market, source }) {
      for (const step of [market.priceTick, market.amountStep]) assert(new Decimal(step).gt(0));
      assert(source.rateLimits().length > 0, 'no rate limit is stated');
    },
  },
  {
    title: 'gives the price of one symbol and of all, alike and dated by the exchange',
    async run({ source, market, exchange, venue }) {
      if (!venueTraits(venue).publicPrices) return;
      const [one, all] = await Promise.all([source.ticker(market.symbol), source.tickers()]);
      const listed = all.find(({ symbol }) => symbol === market.symbol);
      assert(listed, `${market.symbol} is not among all prices`);
      assert(new Decimal(one.last).div(listed.last).minus(1).abs().lt('0.05'), 'the two prices differ by over 5 %');
      const now = Date.now() + exchange.clockOffsetMs();
      assert(Math.abs(listed.at - now) < 24 * 3_600_000, 'its time is not of today');
    },
  },
  {
    title: 'tells prices as they happen',
    async run({ source, venue }) {
      if (!venueTraits(venue).publicPrices) return;
      const heard = Promise.withResolvers<PriceEvent>();
      const stream = source.watchPrices((event) => {
        if (event.kind === 'last' || event.kind === 'mark') heard.resolve(event);
        if (event.kind === 'unreadable') heard.reject(new Error(event.message));
      });
      const timer = setTimeout(() => heard.reject(new Error('no price was heard for 15 s')), 15_000);
      try {
        await heard.promise;
      } finally {
        clearTimeout(timer);
        stream.close();
      }
    },
  },
];
