import { Decimal } from '@sluice/contracts';

export type SampleOrder = {
  symbol: string;
  order_type: 'LIMIT';
  side: 'buy';
  price: string;
  qty_per: number;
};

export type SampleAlert = { group_name: string; token: string; orders: SampleOrder[] };

const orderCount = 30;
/** A per cent below the market: the demo's prices move by ±0.3 % at most, so the orders rest. */
const firstStep = '0.01';
const nextStep = '0.0005';
const tick = '0.1';

/**
 * 30 limit orders to buy BTC/USDT, stepping down from a per cent below `last`, each for 1 % of the strategy's capital.
 * They are listed out of the order of their prices, so that one sees the ranking at work: it is the price that decides
 * who gets one of the 20 places, not the place in the alert.
 */
export function sampleAlert(last: string, token: string): SampleAlert {
  const orders = Array.from({ length: orderCount }, (_, index): SampleOrder => {
    // 7 and 30 have no common divisor, so this visits every step once.
    const step = (index * 7) % orderCount;
    const below = new Decimal(1).minus(firstStep).minus(new Decimal(nextStep).times(step));
    const price = new Decimal(last).times(below).div(tick).floor().times(tick);
    return { symbol: 'BTC/USDT', order_type: 'LIMIT', side: 'buy', price: price.toFixed(1), qty_per: 1 };
  });
  return { group_name: 'test1', token, orders };
}
