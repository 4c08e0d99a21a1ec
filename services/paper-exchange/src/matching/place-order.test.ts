import { Decimal } from 'decimal.js';
import { beforeEach, describe, expect, it } from 'vitest';
import type { UsdmSwitches } from '../protocols/binance-usdm/switches.ts';
import { usdmProfile } from '../protocols/binance-usdm/usdm-profile.ts';
import { cancelOrder } from './cancel-order.ts';
import { fillOrder } from './fill.ts';
import type { Order, OrderRequest } from './order.ts';
import { placeOrder } from './place-order.ts';
import { movePrice } from './price-move.ts';
import { Refusal } from './refusal.ts';
import { type Account, createVenue, type Market, type Venue } from './venue.ts';

const NOW = 1_790_000_000_000;
let venue: Venue<UsdmSwitches>;
let account: Account;
let btc: Market;

beforeEach(() => {
  venue = createVenue(usdmProfile, [{ name: 'main', key: 'k', secret: 's', balance: '10000' }], 1_000);
  account = venue.accounts.get('main')!;
  btc = venue.markets.get('BTCUSDT')!;
});

type Wish = Partial<Record<'quantity' | 'price', string>> & Partial<Omit<OrderRequest, 'quantity' | 'price'>>;

function place(wish: Wish = {}): Order | Refusal {
  const { quantity = '0.01', price = '90000', ...rest } = wish;
  const request: OrderRequest = {
    symbol: 'BTCUSDT',
    side: 'BUY',
    positionSide: 'BOTH',
    type: 'LIMIT',
    timeInForce: 'GTC',
    reduceOnly: false,
    clientOrderId: undefined,
    ...rest,
    quantity: new Decimal(quantity),
    price: rest.type === 'MARKET' ? undefined : new Decimal(price),
  };
  return placeOrder(venue, account, request, NOW);
}

const accepted = (wish: Wish = {}): Order => {
  const order = place(wish);
  if (order instanceof Refusal) throw new Error(`refused with ${order.code} ${order.msg}`);
  return order;
};
const codeOf = (wish: Wish): number | string | undefined => {
  const order = place(wish);
  return order instanceof Refusal ? order.code : undefined;
};

describe('a plain order is refused', () => {
  it.each<[string, Wish, number]>([
    ['off tick', { price: '90000.05' }, -4014],
    ['with more places than the price has', { price: '90000.123' }, -1111],
    ['with price zero', { price: '0' }, -4001],
    ['above the highest price', { price: '5000000' }, -4002],
    ['with more places than the quantity has', { quantity: '0.0105' }, -1111],
    ['with quantity zero', { quantity: '0' }, -4003],
    ['above the largest quantity', { quantity: '1001' }, -4005],
    ['above the largest MARKET quantity', { type: 'MARKET', quantity: '121' }, -4005],
    ['below the minimum notional', { quantity: '0.001', price: '90000' }, -4164],
    ['with a buy price far above the mark', { price: '120000' }, -4016],
    ['with a sell price far below the mark', { side: 'SELL', price: '70000' }, -4024],
    ['beyond the margin', { quantity: '3' }, -2019],
    ['with an id of 37 characters', { clientOrderId: 'x'.repeat(37) }, -4015],
    ['with a space in its id', { clientOrderId: 'a b' }, -4015],
    ['with an empty id', { clientOrderId: '' }, -4015],
    ['as reduce-only without a position', { side: 'SELL', price: '99000', reduceOnly: true }, -2022],
    ['on a position side the account does not have', { positionSide: 'LONG' }, -4061],
    ['as post-only that would take', { price: '97000', timeInForce: 'GTX' }, -5022],
    ['as fill-or-kill that cannot fill', { timeInForce: 'FOK' }, -5021],
    ['on an unknown symbol', { symbol: 'NOPEUSDT' }, -1121],
  ])('%s', (_title, wish, code) => {
    expect(codeOf(wish)).toBe(code);
    expect(account.orders.size).toBe(0);
  });

  it('when the symbol does not trade, with the code the switch names', () => {
    btc.status = 'SETTLING';
    expect(codeOf({})).toBe(-4140);
    venue.switches.closedSymbolCode = -4141;
    expect(codeOf({})).toBe(-4141);
    venue.switches.closedSymbolCode = -1122;
    expect(codeOf({})).toBe(-1122);
  });

  it('as a MARKET order when the last price is far from the mark price', () => {
    movePrice(venue, btc, new Decimal('120000'), new Decimal('96000'), NOW);
    expect(codeOf({ type: 'MARKET' })).toBe(-4131);
  });

  it('above the cap of open orders, where only resting ones count', () => {
    venue.caps.openByAccountAndSymbol.set('main BTCUSDT', 2);
    accepted({ quantity: '0.002' });
    accepted({ quantity: '0.002' });
    expect(codeOf({ quantity: '0.002' })).toBe(-2025);
    expect(accepted({ type: 'MARKET', quantity: '0.002' }).status).toBe('FILLED');
    venue.switches.capAppliesToImmediate = true;
    expect(codeOf({ type: 'MARKET', quantity: '0.002' })).toBe(-2025);
    expect(venue.record.highest.get('main')?.get('BTCUSDT')).toMatchObject({ normal: 2, total: 2 });
  });
});

describe('a client id', () => {
  const twice = (endFirst: 'open' | 'filled' | 'cancelled'): number | string | undefined => {
    const first = accepted({ clientOrderId: 'same', price: endFirst === 'filled' ? '96000' : '90000' });
    if (endFirst === 'cancelled') {
      cancelOrder(venue, account, 'BTCUSDT', { id: first.orderId, clientId: undefined }, NOW);
    }
    return codeOf({ clientOrderId: 'same' });
  };

  it.each([
    ['after-any-end', 'open', -4116],
    ['after-any-end', 'filled', undefined],
    ['after-any-end', 'cancelled', undefined],
    ['after-filled', 'open', -4116],
    ['after-filled', 'filled', undefined],
    ['after-filled', 'cancelled', -4116],
    ['never', 'filled', -4116],
    ['never', 'cancelled', -4116],
  ] as const)('with reuse %s after an order that is %s answers %s', (reuse, end, code) => {
    venue.switches.clientIdReuse = reuse;
    expect(twice(end)).toBe(code);
  });

  it('is unique per account or per symbol, as the switch says', () => {
    accepted({ clientOrderId: 'same' });
    const other: Wish = { clientOrderId: 'same', symbol: 'ETHUSDT', price: '3500', quantity: '0.1' };
    expect(codeOf(other)).toBe(-4116);
    venue.switches.clientIdScope = 'symbol';
    expect(codeOf(other)).toBeUndefined();
  });

  it('is noticed as a duplicate before a full book or after it, as the switch says', () => {
    accepted({ clientOrderId: 'same' });
    venue.caps.openPerSymbol = 1;
    expect(codeOf({ clientOrderId: 'same' })).toBe(-4116);
    venue.switches.duplicateCheck = 'last';
    expect(codeOf({ clientOrderId: 'same' })).toBe(-2025);
  });

  it('accepted twice is on the record', () => {
    accepted({ clientOrderId: 'same', price: '96000' });
    accepted({ clientOrderId: 'same' });
    expect(venue.record.acceptedIds.get('main same')).toBe(2);
  });
});

describe('matching', () => {
  it('fills a MARKET order at the last price at once and takes the taker fee', () => {
    const order = accepted({ type: 'MARKET' });
    expect([order.status, order.executed.toFixed(), order.quote.toFixed()]).toEqual(['FILLED', '0.01', '960']);
    expect(account.wallet.toFixed()).toBe('9999.52');
  });

  it('fills a crossing LIMIT order at the better last price and lets another wait', () => {
    expect(accepted({ price: '97000' })).toMatchObject({ status: 'FILLED' });
    expect(account.trades[0]?.price.toFixed()).toBe('96000');
    expect(accepted({ price: '95000' }).status).toBe('NEW');
  });

  it('fills a resting order as maker at its own price when the price reaches it', () => {
    const order = accepted({ price: '95000' });
    movePrice(venue, btc, new Decimal('95000.1'), undefined, NOW);
    expect(order.status).toBe('NEW');
    movePrice(venue, btc, new Decimal('94000'), undefined, NOW);
    expect(order.status).toBe('FILLED');
    expect(account.trades[0]).toMatchObject({ maker: true });
    expect(account.trades[0]?.price.toFixed()).toBe('95000');
  });

  it('fills on a touch or only on a cross, as the switch says', () => {
    venue.switches.restingFillsOn = 'cross';
    const order = accepted({ price: '95000' });
    movePrice(venue, btc, new Decimal('95000'), undefined, NOW);
    expect(order.status).toBe('NEW');
    movePrice(venue, btc, new Decimal('94999.9'), undefined, NOW);
    expect(order.status).toBe('FILLED');
  });

  it('expires an immediate-or-cancel order that does not cross', () => {
    expect(accepted({ timeInForce: 'IOC' }).status).toBe('EXPIRED');
    expect(account.open.get('BTCUSDT')?.size ?? 0).toBe(0);
  });

  it('cuts a reduce-only order to the position, and expires what rests when the position is gone', () => {
    accepted({ type: 'MARKET', quantity: '0.01' });
    const resting = accepted({ side: 'SELL', price: '99000', quantity: '0.005', reduceOnly: true });
    const closing = accepted({ side: 'SELL', type: 'MARKET', quantity: '0.05', reduceOnly: true });
    expect([closing.status, closing.executed.toFixed()]).toEqual(['EXPIRED', '0.01']);
    expect(resting.status).toBe('EXPIRED');
  });

  it('refuses a reduce-only order larger than the position, and keeps idle ones, when the switches say so', () => {
    venue.switches.reduceOnlyBeyondPosition = 'refuse';
    venue.switches.idleReduceOnly = 'keep';
    accepted({ type: 'MARKET', quantity: '0.01' });
    expect(codeOf({ side: 'SELL', type: 'MARKET', quantity: '0.05', reduceOnly: true })).toBe(-2022);
    const resting = accepted({ side: 'SELL', price: '99000', quantity: '0.01', reduceOnly: true });
    accepted({ side: 'SELL', type: 'MARKET', quantity: '0.01', reduceOnly: true });
    expect(resting.status).toBe('NEW');
    movePrice(venue, btc, new Decimal('99000'), undefined, NOW);
    expect([resting.status, resting.executed.toFixed()]).toEqual(['EXPIRED', '0']);
  });

  it('asks no minimum notional of a reduce-only order', () => {
    accepted({ type: 'MARKET', quantity: '0.01' });
    expect(accepted({ side: 'SELL', price: '99000', quantity: '0.001', reduceOnly: true }).status).toBe('NEW');
  });

  it('frees margin as orders fill the other way or end', () => {
    const first = accepted({ quantity: '2', price: '90000' });
    expect(codeOf({ quantity: '1', price: '90000' })).toBe(-2019);
    fillOrder(venue, account, first, new Decimal('2'), new Decimal('90000'), true, NOW);
    expect(codeOf({ side: 'SELL', price: '99000', quantity: '2' })).toBeUndefined();
  });

  it('keeps hedge positions apart and closes only what is there', () => {
    account.hedge = true;
    accepted({ type: 'MARKET', positionSide: 'LONG' });
    accepted({ type: 'MARKET', side: 'SELL', positionSide: 'SHORT' });
    expect([...account.positions.values()].map((one) => one.amount.toFixed())).toEqual(['0.01', '-0.01']);
    expect(codeOf({ positionSide: 'BOTH' })).toBe(-4061);
    expect(codeOf({ positionSide: 'LONG', side: 'SELL', price: '99000', reduceOnly: true })).toBe(-1106);
  });
});
