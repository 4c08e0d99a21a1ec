import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createVenue, type Market, type Venue } from '../../../matching/venue.ts';
import { venueStep } from '../../../testing/venue-steps.ts';
import { algoView, orderView, tradeView } from '../http/order-view.ts';
import type { UsdmSwitches } from '../switches.ts';
import { usdmProfile } from '../usdm-profile.ts';
import { userEvents } from './user-events.ts';

// biome-ignore lint/suspicious/noExplicitAny: wire JSON of a test
type Message = any;

/** What a client knows that has only the stream. */
class Follower {
  readonly orders = new Map<number, Message>();
  readonly algos = new Map<number, Message>();
  readonly trades: Message[] = [];
  readonly statuses: string[] = [];
  wallet = '10000.00000000';
  position = '0';

  take(message: Message): void {
    switch (message.e) {
      case 'ORDER_TRADE_UPDATE':
        this.orders.set(message.o.i, message.o);
        if (message.o.x === 'TRADE') this.trades.push(message.o);
        break;
      case 'ALGO_UPDATE':
        this.algos.set(message.o.aid, message.o);
        this.statuses.push(`${message.o.aid} ${message.o.X}`);
        break;
      case 'ACCOUNT_UPDATE':
        this.wallet = message.a.B[0].wb;
        this.position = message.a.P[0]?.pa ?? this.position;
    }
  }
}

describe('the events of any sequence of placing, moving, filling and cancelling', () => {
  it('add up to what the REST calls say', () => {
    fc.assert(
      fc.property(fc.array(venueStep, { maxLength: 60 }), fc.boolean(), (steps, orderEventsFirst) => {
        const follower = new Follower();
        const venue: Venue<UsdmSwitches> = createVenue(
          usdmProfile,
          [{ name: 'main', key: 'k', secret: 's', balance: '10000' }],
          1_000,
          (event) => {
            if (event.type === 'price') return;
            for (const { payload } of userEvents(event, venue, 0)) follower.take(payload);
          },
        );
        venue.switches.orderEventsFirst = orderEventsFirst;
        const account = venue.accounts.get('main')!;
        for (const act of steps) act(venue, account);

        const market: Market = venue.markets.get('BTCUSDT')!;
        const rest = [...account.orders.values()].map((order) => orderView(market, order));
        expect(rest.map((order) => [order.orderId, order.status, Number(order.executedQty)])).toEqual(
          rest
            .map(({ orderId }) => follower.orders.get(orderId))
            .map((order) => [order?.i, order?.X, Number(order?.z)]),
        );
        const algos = [...account.algos.values()].map((algo) => algoView(market, algo));
        expect(algos.map((algo) => [algo.algoId, algo.algoStatus, algo.actualOrderId])).toEqual(
          algos.map(({ algoId }) => follower.algos.get(algoId)).map((algo) => [algo?.aid, algo?.X, algo?.ai]),
        );
        expect(follower.trades.map(({ t, i, l, L, n, m }) => [t, i, l, L, n, m])).toEqual(
          account.trades
            .map((trade) => tradeView(market, trade))
            .map((trade) => [trade.id, trade.orderId, trade.qty, trade.price, trade.commission, trade.maker]),
        );
        expect(follower.wallet).toBe(account.wallet.toFixed(8));
        expect(Number(follower.position)).toBe(account.positions.get('BTCUSDT BOTH')?.amount.toNumber() ?? 0);
        // A state is told once: a second NEW or FINISHED would be a second order to whoever counts.
        expect(new Set(follower.statuses).size).toBe(follower.statuses.length);
      }),
      { numRuns: 150 },
    );
  });
});
