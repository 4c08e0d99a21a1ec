import { Decimal } from 'decimal.js';
import fc from 'fast-check';
import { placeAlgo } from '../matching/algo-order.ts';
import { cancelAlgo, cancelOrder } from '../matching/cancel-order.ts';
import { fillOrder } from '../matching/fill.ts';
import { placeOrder } from '../matching/place-order.ts';
import { movePrice } from '../matching/price-move.ts';
import type { Account, Venue } from '../matching/venue.ts';

const side = fc.constantFrom('BUY' as const, 'SELL' as const);
const price = fc.integer({ min: 950, max: 970 }).map((hundreds) => new Decimal(hundreds).times(100));
const quantity = fc.integer({ min: 2, max: 40 }).map((steps) => new Decimal(steps).times('0.001'));

type Step = (venue: Venue, account: Account) => void;

const placeStep: fc.Arbitrary<Step> = fc
  .record({ side, price, quantity, reduceOnly: fc.boolean(), market: fc.boolean() })
  .map((wish) => (venue, account) => {
    placeOrder(
      venue,
      account,
      {
        symbol: 'BTCUSDT',
        side: wish.side,
        positionSide: 'BOTH',
        type: wish.market ? 'MARKET' : 'LIMIT',
        timeInForce: 'GTC',
        quantity: wish.quantity,
        price: wish.market ? undefined : wish.price,
        reduceOnly: wish.reduceOnly,
        clientOrderId: undefined,
      },
      0,
    );
  });
const stopStep: fc.Arbitrary<Step> = fc.record({ side, price, quantity }).map((wish) => (venue, account) => {
  placeAlgo(
    venue,
    account,
    {
      symbol: 'BTCUSDT',
      side: wish.side,
      positionSide: 'BOTH',
      type: 'STOP_MARKET',
      timeInForce: 'GTC',
      quantity: wish.quantity,
      price: undefined,
      triggerPrice: wish.price,
      workingType: 'CONTRACT_PRICE',
      reduceOnly: false,
      closePosition: false,
      clientAlgoId: undefined,
    },
    0,
  );
});
const moveStep: fc.Arbitrary<Step> = price.map((last) => (venue) => {
  movePrice(venue, venue.markets.get('BTCUSDT')!, last, undefined, 0);
});
const cancelStep: fc.Arbitrary<Step> = fc.nat({ max: 30 }).map((index) => (venue, account) => {
  const order = [...account.orders.values()][index];
  if (order) cancelOrder(venue, account, 'BTCUSDT', { id: order.orderId, clientId: undefined }, 0);
  const algo = [...account.algos.values()][index];
  if (algo) cancelAlgo(venue, account, { id: algo.algoId, clientId: undefined }, 0);
});
const fillStep: fc.Arbitrary<Step> = fc
  .record({ index: fc.nat({ max: 10 }), quantity })
  .map((wish) => (venue, account) => {
    const order = [...(account.open.get('BTCUSDT')?.values() ?? [])][wish.index];
    if (order?.price) fillOrder(venue, account, order, wish.quantity, order.price, true, 0);
  });

/** For property tests: one thing that may happen to an account on BTCUSDT, by its owner or by the market. */
export const venueStep: fc.Arbitrary<Step> = fc.oneof(placeStep, placeStep, stopStep, moveStep, cancelStep, fillStep);
