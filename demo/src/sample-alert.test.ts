import { describe, expect, it } from 'vitest';
import { sampleAlert } from './sample-alert.ts';

describe('the sample alert', () => {
  const { orders } = sampleAlert('96000', 'demo-token-test1');
  const prices = orders.map(({ price }) => Number(price));

  it('has 30 limit orders to buy BTC/USDT, each at a price of its own', () => {
    expect(orders).toHaveLength(30);
    expect(new Set(prices).size).toBe(30);
    expect(
      orders.every(({ symbol, order_type, side }) => `${symbol} ${order_type} ${side}` === 'BTC/USDT LIMIT buy'),
    ).toBe(true);
  });

  it('stays a per cent and more below the market, so that every order rests', () => {
    expect(Math.max(...prices)).toBe(95_040);
    expect(Math.min(...prices)).toBe(93_648);
  });

  it('asks for prices on the tick of the market', () => {
    for (const { price } of sampleAlert('96123.7', 'x').orders) expect(price).toMatch(/^\d+\.\d$/);
  });

  it('is not listed in the order of its prices, so that the ranking can be seen', () => {
    expect(prices).not.toEqual(prices.toSorted((a, b) => b - a));
  });
});
