import { Decimal } from 'decimal.js';
import { beforeEach, describe, expect, it } from 'vitest';
import { usdmProfile } from '../protocols/binance-usdm/usdm-profile.ts';
import { isTriggered, placeAlgo } from './algo-order.ts';
import { cancelAlgo } from './cancel-order.ts';
import type { AlgoOrder, AlgoRequest } from './order.ts';
import { movePrice } from './price-move.ts';
import { Refusal } from './refusal.ts';
import { type Account, createVenue, type Market, type Venue } from './venue.ts';

const NOW = 1_790_000_000_000;
let venue: Venue;
let account: Account;
let btc: Market;

beforeEach(() => {
  venue = createVenue(usdmProfile, [{ name: 'main', key: 'k', secret: 's', balance: '10000' }], 1_000);
  account = venue.accounts.get('main')!;
  btc = venue.markets.get('BTCUSDT')!;
});

type Wish = Partial<Record<'quantity' | 'price' | 'triggerPrice', string>> &
  Partial<Omit<AlgoRequest, 'quantity' | 'price' | 'triggerPrice'>>;

function place(wish: Wish = {}): AlgoOrder | Refusal {
  const { quantity = '0.01', price, triggerPrice = '97000', ...rest } = wish;
  const request: AlgoRequest = {
    symbol: 'BTCUSDT',
    side: 'BUY',
    positionSide: 'BOTH',
    type: 'STOP_MARKET',
    timeInForce: 'GTC',
    workingType: 'CONTRACT_PRICE',
    reduceOnly: false,
    closePosition: false,
    clientAlgoId: undefined,
    ...rest,
    quantity: new Decimal(quantity),
    price: price === undefined ? undefined : new Decimal(price),
    triggerPrice: new Decimal(triggerPrice),
  };
  return placeAlgo(venue, account, request, NOW);
}

const accepted = (wish: Wish = {}): AlgoOrder => {
  const algo = place(wish);
  if (algo instanceof Refusal) throw new Error(`refused with ${algo.code} ${algo.msg}`);
  return algo;
};
const codeOf = (wish: Wish): number | string | undefined => {
  const algo = place(wish);
  return algo instanceof Refusal ? algo.code : undefined;
};
const move = (last: string, mark?: string) =>
  movePrice(venue, btc, new Decimal(last), mark === undefined ? undefined : new Decimal(mark), NOW);

describe('the trigger of a conditional order', () => {
  it.each([
    ['STOP_MARKET', 'BUY', '97000', '97000', true],
    ['STOP_MARKET', 'BUY', '97000', '96999', false],
    ['STOP', 'SELL', '95000', '95000', true],
    ['STOP', 'SELL', '95000', '95001', false],
    ['TAKE_PROFIT_MARKET', 'SELL', '99000', '99000', true],
    ['TAKE_PROFIT_MARKET', 'SELL', '99000', '98999', false],
    ['TAKE_PROFIT', 'BUY', '94000', '94000', true],
    ['TAKE_PROFIT', 'BUY', '94000', '94001', false],
  ] as const)('%s %s at %s with the price at %s is %s', (type, side, trigger, price, due) => {
    expect(isTriggered(type, side, new Decimal(trigger), new Decimal(price))).toBe(due);
  });
});

describe('a conditional order', () => {
  it.each<[string, Wish, number]>([
    ['would trigger at once', { triggerPrice: '96000' }, -2021],
    ['has its trigger off tick', { triggerPrice: '97000.05' }, -4014],
    ['has trigger zero', { triggerPrice: '0' }, -4006],
    ['has its limit off tick', { type: 'STOP', price: '97100.05' }, -4014],
    ['has quantity zero', { quantity: '0' }, -4003],
    ['is below the minimum notional', { quantity: '0.001' }, -4164],
    ['has a bad id', { clientAlgoId: 'a b' }, -4015],
  ])('is refused when it %s', (_title, wish, code) => {
    expect(codeOf(wish)).toBe(code);
  });

  it('becomes an order with an id of its own, and is finished when that is filled', () => {
    const algo = accepted({ clientAlgoId: 'stop-1' });
    move('97000');
    expect(algo.status).toBe('FINISHED');
    expect(algo.actual).toMatchObject({ status: 'FILLED', clientOrderId: 'stop-1', origType: 'STOP_MARKET' });
    expect(algo.actual?.orderId).not.toBe(algo.algoId);
    expect(algo.history.map((entry) => entry.status)).toEqual(['NEW', 'TRIGGERED', 'FINISHED']);
  });

  it('with a limit that does not cross stays triggered until its order ends', () => {
    const algo = accepted({ type: 'STOP', price: '96500' });
    move('97000');
    expect([algo.status, algo.actual?.status]).toEqual(['TRIGGERED', 'NEW']);
    expect(cancelAlgo(venue, account, { id: algo.algoId, clientId: undefined }, NOW)).toBeInstanceOf(Refusal);
    move('96500');
    expect([algo.status, algo.actual?.status]).toEqual(['FINISHED', 'FILLED']);
  });

  it('that triggered is cancelled through its own id only when the switch says so', () => {
    venue.switches.algoCancelAfterTrigger = 'cancels-actual';
    const algo = accepted({ type: 'STOP', price: '96500' });
    move('97000');
    cancelAlgo(venue, account, { id: algo.algoId, clientId: undefined }, NOW);
    expect([algo.status, algo.actual?.status]).toEqual(['FINISHED', 'CANCELED']);
  });

  it('is not asked for margin before it triggers, and is rejected then', () => {
    const algo = accepted({ quantity: '3' });
    move('97000');
    expect([algo.status, algo.actual]).toEqual(['REJECTED', undefined]);
  });

  it('watches the mark price when told to', () => {
    const algo = accepted({ workingType: 'MARK_PRICE' });
    move('97500', '96000');
    expect(algo.status).toBe('NEW');
    move('97500', '97000');
    expect(algo.status).toBe('FINISHED');
  });

  it('counts against 200 per account over all symbols', () => {
    venue.caps.conditionalPerAccount = 2;
    accepted({});
    accepted({ symbol: 'ETHUSDT', triggerPrice: '3700', quantity: '0.1' });
    expect(codeOf({})).toBe(-4045);
    expect(venue.record.highestConditional.get('main')).toBe(2);
  });

  it("counts against the symbol's cap of open orders only while the switch says so", () => {
    venue.caps.openPerSymbol = 1;
    accepted({});
    expect(codeOf({})).toBe(-2025);
    venue.switches.algoCountsTowardSymbolCap = false;
    expect(codeOf({})).toBeUndefined();
  });

  it('with reduce-only is compared with the position at the trigger or at placing, as the switch says', () => {
    const algo = accepted({ side: 'SELL', triggerPrice: '95000', reduceOnly: true });
    move('95000');
    expect(algo.status).toBe('REJECTED');
    venue.switches.stopReduceOnlyCheckedAt = 'placing';
    expect(codeOf({ side: 'SELL', triggerPrice: '94000', reduceOnly: true })).toBe(-2022);
  });

  it('passes its id on to its order or lets the venue make one up, as the switch says', () => {
    venue.switches.triggeredOrderClientId = 'generated';
    const algo = accepted({ clientAlgoId: 'stop-1' });
    move('97000');
    expect(algo.actual?.clientOrderId).not.toBe('stop-1');
  });
});
