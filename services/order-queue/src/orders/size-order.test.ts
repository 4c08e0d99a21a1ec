import { type AlertOrder, Decimal } from '@sluice/contracts';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { allottedCapital, type MarketRules, type SizeInput, sizeOrder, smallestOrder } from './size-order.ts';

const now = 1_000_000;

const btc: MarketRules = {
  symbol: 'BTC/USDT',
  status: 'trading',
  priceTick: '0.1',
  priceTicks: null,
  amountStep: '0.001',
  minAmount: '0.001',
  maxAmount: '1000',
  marketAmountStep: '0.001',
  marketMaxAmount: '120',
  minNotional: '100',
  contractSize: '1',
};

type Over = Partial<Omit<SizeInput, 'order'>> & { order?: Partial<AlertOrder> };

function size({ order = {}, ...over }: Over = {}) {
  return sizeOrder({
    order: {
      orderIndex: 0,
      type: 'LIMIT',
      symbol: 'BTC/USDT',
      side: 'buy',
      price: '95000',
      stopPrice: null,
      qtyPer: '10',
      orderId: null,
      reduceOnly: false,
      ...order,
    },
    marketType: 'FUTURES',
    lacks: [],
    capital: new Decimal(10_000),
    leverage: new Decimal(10),
    market: btc,
    lastPrice: { price: new Decimal(96_000), at: now - 500 },
    position: new Decimal(0),
    now,
    priceMaxAgeMs: 40_000,
    ...over,
  });
}

/** The outcome as a person would note it. */
function said(over: Over = {}): string {
  const sized = size(over);
  if (sized.kind === 'refused') return `${sized.failureType}: ${sized.reason}`;
  const { quantity, price, stopPrice } = sized;
  return [quantity.toFixed(), price && `@ ${price.toFixed()}`, stopPrice && `stop ${stopPrice.toFixed()}`]
    .filter(Boolean)
    .join(' ');
}

const market = { type: 'MARKET', price: null } as const;
const reducing = { reduceOnly: true, side: 'sell', qtyPer: '50' } as const;

describe('A quantity', () => {
  test('is capital × qty_per % × leverage ÷ price, rounded down to the step', () => {
    // 10000 × 10 % × 10 ÷ 95000 = 0.10526…
    expect(said()).toBe('0.105 @ 95000');
  });

  test('is reckoned with the stop price for STOP_MARKET, the limit price for STOP_LIMIT, the last price for MARKET', () => {
    expect(said({ order: { type: 'STOP_MARKET', price: null, stopPrice: '50000' } })).toBe('0.2 stop 50000');
    expect(said({ order: { type: 'STOP_LIMIT', price: '40000', stopPrice: '50000' } })).toBe('0.25 @ 40000 stop 50000');
    expect(said({ order: market })).toBe('0.104');
  });

  test('has no leverage on SPOT and SECURITIES', () => {
    expect(said({ marketType: 'SPOT' })).toBe('0.01 @ 95000');
    expect(said({ marketType: 'SECURITIES' })).toBe('0.01 @ 95000');
  });

  test('counts contracts where a contract is not one coin', () => {
    expect(said({ market: { ...btc, contractSize: '0.01', amountStep: '1', minAmount: '1' } })).toBe('10 @ 95000');
  });

  test('of an order that executes at market keeps to the market step', () => {
    const rules = { ...btc, marketAmountStep: '0.01' };
    expect(said({ order: market, market: rules })).toBe('0.1');
    expect(said({ order: { type: 'STOP_MARKET', price: null, stopPrice: '95000' }, market: rules })).toBe(
      '0.1 stop 95000',
    );
    expect(said({ market: rules })).toBe('0.105 @ 95000');
    expect(said({ order: market, market: { ...btc, marketAmountStep: '0' } })).toBe('0.104');
  });

  test('that rounds to zero is refused with the numbers', () => {
    expect(said({ capital: new Decimal(5) })).toBe(
      'limit_exceeded: 5 × 10 % × 10 ÷ 95000 = 0.000052631579 rounds down to 0 at the step 0.001',
    );
  });

  test('below the minimum, above the maximum or worth too little is refused with the numbers, never adjusted', () => {
    expect(said({ market: { ...btc, minAmount: '0.2' } })).toContain('is below the minimum 0.2 of BTC/USDT');
    expect(said({ market: { ...btc, maxAmount: '0.1' } })).toContain(
      'quantity 0.105 (10000 × 10 % × 10 ÷ 95000) is above',
    );
    expect(said({ order: market, market: { ...btc, marketMaxAmount: '0.1' } })).toContain('above the maximum 0.1');
    expect(said({ capital: new Decimal(100) })).toBe(
      'limit_exceeded: quantity 0.001 (100 × 10 % × 10 ÷ 95000) at 95000 is worth 95, below the minimum notional 100 of BTC/USDT',
    );
  });

  test('meets limits that the exchange does not state', () => {
    const open = { minAmount: null, maxAmount: null, marketMaxAmount: null, minNotional: null, marketAmountStep: null };
    expect(said({ market: { ...btc, ...open } })).toBe('0.105 @ 95000');
  });

  test('never exceeds what the capital pays for, misses it by less than a step, and is on the step', () => {
    const cents = (max: number) => fc.integer({ min: 1, max }).map((n) => new Decimal(n).div(100));
    fc.assert(
      fc.property(
        cents(100_000_000),
        cents(1_000_000),
        cents(20_000_000),
        fc.constantFrom('0.001', '0.01', '0.1', '1', '0.0005', '10'),
        fc.integer({ min: 1, max: 125 }),
        (capital, qtyPer, price, amountStep, leverage) => {
          const sized = size({
            order: { price: price.toFixed(), qtyPer: qtyPer.toFixed() },
            market: { ...btc, priceTick: '0.01', amountStep, minAmount: null, maxAmount: null, minNotional: null },
            capital,
            leverage: new Decimal(leverage),
          });
          const affordable = capital.mul(qtyPer).mul(leverage).div(price.mul(100));
          if (sized.kind === 'refused') {
            expect(affordable.lt(amountStep)).toBe(true);
            return;
          }
          expect(sized.quantity.lte(affordable)).toBe(true);
          expect(sized.quantity.plus(amountStep).gt(affordable)).toBe(true);
          expect(sized.quantity.mod(amountStep).isZero()).toBe(true);
        },
      ),
      { numRuns: 1_000 },
    );
  });
});

describe('A price off the tick', () => {
  test('is rounded down for a buy and up for a sell, limit and stop alike', () => {
    const prices = { type: 'STOP_LIMIT', price: '95000.07', stopPrice: '94999.97' } as const;
    expect(said({ order: { ...prices, side: 'buy' } })).toBe('0.105 @ 95000 stop 94999.9');
    expect(said({ order: { ...prices, side: 'sell' } })).toBe('0.105 @ 95000.1 stop 95000');
  });

  test('is rounded on the ladder of a Korean stock, of which only whole shares are bought', () => {
    const priceTicks = [
      { from: '0', tick: '1' },
      { from: '50000', tick: '100' },
    ];
    const samsung = { ...btc, priceTick: '1', priceTicks, amountStep: '1', minAmount: '1', minNotional: null };
    const stocks = { marketType: 'SECURITIES', market: samsung, capital: new Decimal(1_000_000) } as const;
    expect(said({ ...stocks, order: { price: '71234', qtyPer: '50' } })).toBe('7 @ 71200');
    expect(said({ ...stocks, order: { price: '71234', qtyPer: '50', side: 'sell' } })).toBe('7 @ 71300');
    expect(said({ ...stocks, order: { price: '71234', qtyPer: '5' } })).toMatch(/rounds down to 0 at the step 1$/);
  });

  test('below one tick is refused', () => {
    expect(said({ order: { price: '0.04' } })).toBe('limit_exceeded: price 0.04 is below the tick 0.1');
  });
});

describe('An order is refused', () => {
  test('for a symbol the exchange does not have, and differently while no symbols are known', () => {
    expect(said({ market: 'unknown_symbol' })).toBe(
      "invalid_symbol: BTC/USDT is not traded on this account's exchange",
    );
    expect(said({ market: 'not_loaded' })).toMatch(/^network_error: nothing is known/);
  });

  test('when the exchange has no orders of its type', () => {
    const stop = { type: 'STOP_MARKET', price: null, stopPrice: '95000' } as const;
    expect(said({ order: stop, lacks: ['STOP_MARKET'] })).toBe(
      "unknown: this account's exchange has no STOP_MARKET orders; send another type of order",
    );
    expect(said({ lacks: ['STOP_MARKET'] })).toBe('0.105 @ 95000');
  });

  test('on a market that takes no new orders', () => {
    expect(said({ market: { ...btc, status: 'cancel_only' } })).toBe(
      'invalid_symbol: BTC/USDT is accepting cancels only at the moment',
    );
    expect(said({ market: { ...btc, status: 'closed' } })).toBe('invalid_symbol: BTC/USDT is closed at the moment');
  });

  test('when it is MARKET and no price younger than 40 s is known', () => {
    const at = (age: number) => ({ price: new Decimal(96_000), at: now - age });
    expect(said({ order: market, lastPrice: at(40_000) })).toBe('0.104');
    expect(said({ order: market, lastPrice: at(41_500) })).toBe(
      'network_error: the last price of BTC/USDT is 41.5 s old; at most 40.0 s sizes a MARKET order',
    );
    expect(said({ order: market, lastPrice: null })).toMatch(/^network_error: no price/);
    expect(said({ lastPrice: null })).toBe('0.105 @ 95000');
  });

  test('when no capital is allotted', () => {
    expect(said({ capital: null })).toMatch(/^unknown: no capital/);
  });
});

describe('A reduce-only order', () => {
  test('takes a per cent of the position, long or short', () => {
    expect(said({ order: reducing, position: new Decimal('0.3') })).toBe('0.15 @ 95000');
    expect(said({ order: { ...reducing, side: 'buy' }, position: new Decimal('-0.3') })).toBe('0.15 @ 95000');
  });

  test('never goes beyond the position', () => {
    expect(said({ order: { ...reducing, qtyPer: '250' }, position: new Decimal('0.3') })).toBe('0.3 @ 95000');
  });

  test('needs neither capital nor a price at market, and no minimum notional', () => {
    const order = { ...reducing, ...market, qtyPer: '100' };
    expect(said({ order, position: new Decimal('0.001'), capital: null, lastPrice: null })).toBe('0.001');
  });

  test('is refused without a position, and on the side that would add to it', () => {
    expect(said({ order: reducing })).toBe('limit_exceeded: reduce-only, but there is no position in BTC/USDT');
    expect(said({ order: reducing, position: new Decimal('-0.3') })).toBe(
      'limit_exceeded: reduce-only: a sell does not reduce a position of -0.3',
    );
  });

  test('that rounds to zero is refused with the numbers', () => {
    expect(said({ order: { ...reducing, qtyPer: '1' }, position: new Decimal('0.05') })).toBe(
      'limit_exceeded: 1 % of the position 0.05 = 0.0005 rounds down to 0 at the step 0.001',
    );
  });
});

describe('The smallest order a market accepts', () => {
  const of = (order: Partial<Parameters<typeof smallestOrder>[1]>, rules: Partial<MarketRules> = {}) =>
    smallestOrder(
      { ...btc, ...rules },
      { type: 'LIMIT', reduceOnly: false, price: new Decimal(95_000), stopPrice: null, ...order },
    ).toFixed();

  test('meets the step, the minimum amount and the minimum notional', () => {
    expect(of({})).toBe('0.002');
    expect(of({ reduceOnly: true })).toBe('0.001');
    expect(of({}, { minAmount: '0.5' })).toBe('0.5');
    expect(of({ price: null })).toBe('0.001');
    expect(of({ type: 'STOP_MARKET', price: null, stopPrice: new Decimal(10) })).toBe('10');
    expect(of({}, { minAmount: null, minNotional: null })).toBe('0.001');
  });
});

describe('Allotted capital', () => {
  test('is the fixed amount, else the share of the balance, else none', () => {
    const [capital, share, balance] = [new Decimal(700), new Decimal(25), new Decimal(2_000)];
    expect(allottedCapital({ capital, share, balance })?.toFixed()).toBe('700');
    expect(allottedCapital({ capital: null, share, balance })?.toFixed()).toBe('500');
    expect(allottedCapital({ capital: null, share, balance: null })).toBeNull();
    expect(allottedCapital({ capital: null, share: null, balance })).toBeNull();
  });
});
