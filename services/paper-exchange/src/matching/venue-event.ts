import type { Decimal } from 'decimal.js';
import type { AlgoOrder, AlgoStatus, Order, Trade } from './order.ts';
import type { Account, Market, Position } from './venue.ts';

/** What happened to an order: the venue's execution types. */
export type Execution = 'NEW' | 'TRADE' | 'CALCULATED' | 'CANCELED' | 'EXPIRED';

/**
 * One thing the venue's streams tell. Orders and positions are the live ones: whoever keeps an event must render it
 * when told, since the next event changes them. `at` is ms of the venue's clock.
 */
export type VenueEvent =
  | {
      readonly type: 'order';
      readonly account: Account;
      readonly order: Order;
      readonly execution: Execution;
      readonly trade?: Trade | undefined;
      readonly at: number;
    }
  | {
      readonly type: 'algo';
      readonly account: Account;
      readonly algo: AlgoOrder;
      readonly status: AlgoStatus | 'TRIGGERING';
      /** Why the venue refused it; empty otherwise. */
      readonly reason: string;
      readonly at: number;
    }
  | {
      readonly type: 'balance';
      readonly account: Account;
      readonly reason: 'ORDER' | 'FUNDING_FEE' | 'MARGIN_TYPE_CHANGE' | 'ADJUSTMENT';
      /** USDT added to the wallet by anything but profit and commission. */
      readonly change: Decimal;
      readonly positions: readonly Position[];
      readonly at: number;
    }
  | { readonly type: 'leverage'; readonly account: Account; readonly symbol: string; readonly at: number }
  | { readonly type: 'price'; readonly market: Market; readonly at: number };
