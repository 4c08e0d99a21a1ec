import type { Decimal } from 'decimal.js';
import type { Order, OrderRequest, Trade } from './order.ts';
import type { Account, Position, Venue } from './venue.ts';

/** What a fill came to. `commission` is in the venue's fee asset, `positions` are those it changed. */
export interface Settled {
  readonly realizedPnl: Decimal;
  readonly commission: Decimal;
  readonly positions: readonly Position[];
}

/** What an order needs of an account and what a fill does to it: positions on margin, or assets that change hands. */
export interface Settlement {
  /** Would the account carry this order? */
  suffices(
    venue: Venue,
    account: Account,
    order: Pick<OrderRequest, 'symbol' | 'side' | 'positionSide' | 'quantity' | 'price' | 'reduceOnly'>,
  ): boolean;
  /** Changes what the account holds by a fill. */
  settle(
    venue: Venue,
    account: Account,
    order: Order,
    fill: { readonly quantity: Decimal; readonly price: Decimal; readonly maker: boolean },
    now: number,
  ): Settled;
  /** Pays the trade's profit and commission; the trade has its id by then. */
  pay(venue: Venue, account: Account, trade: Trade): void;
}
