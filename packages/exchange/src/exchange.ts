import type { DecimalString, FailureType, PlaceableOrderType, Side, VenueName } from '@sluice/contracts';
import type { RateLimit, RateUsage } from './rate-limits.ts';

/** Everything needed to put one order on the wire; stored with the attempt before it is sent, so a resend is identical. */
export type PlaceOrder = {
  clientOrderId: string;
  /** Canonical symbol, `BTC/USDT`. */
  symbol: string;
  type: PlaceableOrderType;
  side: Side;
  quantity: DecimalString;
  price: DecimalString | null;
  stopPrice: DecimalString | null;
  reduceOnly: boolean;
};

/** Which order a cancel or a look-up means. `conditional` picks the service that knows it (Binance: the Algo Service). */
export type OrderRef = {
  clientOrderId: string;
  symbol: string;
  conditional: boolean;
  /** What a triggered stop became, where that is known; asked for when the exchange has forgotten the stop. */
  triggeredOrderId?: string | null;
  /** The exchange's own id, where it is known: the only name of an order on a venue without client order ids. */
  exchangeOrderId?: string | null;
};

/**
 * The instant a request carries and how long the exchange may accept it: the exchange is the fence against late writes.
 * `signedAt` is in milliseconds of the caller's clock; the adapter adds the measured offset to the exchange's clock.
 */
export type RequestStamp = { signedAt: number; receiveWindowMs: number };

/** The exchange's own view of one order at one moment. */
export type OrderReport = {
  /** Null on a venue without client order ids: such an order is known by `exchangeOrderId` alone. */
  clientOrderId: string | null;
  exchangeOrderId: string;
  /** The id of the order a triggered stop became, where the exchange gives it a second one. */
  triggeredOrderId: string | null;
  symbol: string;
  side: Side;
  type: PlaceableOrderType;
  conditional: boolean;
  status: 'open' | 'triggered' | 'filled' | 'cancelled' | 'rejected' | 'expired';
  price: DecimalString | null;
  stopPrice: DecimalString | null;
  quantity: DecimalString;
  /** Cumulative executed quantity. Null where the answer does not carry it (an acknowledgement), never a guess. */
  executed: DecimalString | null;
  averagePrice: DecimalString | null;
  reduceOnly: boolean;
  /** Exchange time of the last change, ms since the epoch; null where the answer has none. */
  updatedAt: number | null;
  /** Why the exchange ended it, in its own words, where it says so: a stop that was refused at its trigger. */
  reason?: string;
};

/** One order of today, with the exchange's time at which it was placed, ms since the epoch. */
export type DayOrder = OrderReport & { placedAt: number };

/** One execution of an order, as the exchange's stream or its list of trades tells it. */
export type Fill = {
  /** Unique per account and symbol; ascending in time. */
  tradeId: string;
  /** Null where only the exchange's own id is told, as in the list of trades. */
  clientOrderId: string | null;
  /** Of the order that executed: for a triggered stop the order it became. */
  exchangeOrderId: string;
  symbol: string;
  side: Side;
  quantity: DecimalString;
  price: DecimalString;
  /** What the exchange took for it; negative for a rebate, `0` with a null currency where it took nothing. */
  fee: DecimalString;
  feeCurrency: string | null;
  /** Profit this execution realized, by the exchange's own reckoning; null where it does not say. */
  realizedPnl: DecimalString | null;
  maker: boolean;
  /** Exchange time, ms since the epoch. */
  at: number;
};

/**
 * Which executions to read: from an instant on (ms since the epoch), up to another or without end, or from a trade id on;
 * all inclusive. Some exchanges answer seven days at a time: `until` says where a later read has begun.
 */
export type FillsFrom = { since: number; until?: number } | { fromId: string };

/** The exchange's own position of an account in one-way mode; on a spot market what it holds of an asset. */
export type ExchangePosition = {
  symbol: string;
  /** Negative when short, never zero. */
  quantity: DecimalString;
  /** Null for a holding: no exchange keeps what an asset was bought for. */
  entryPrice: DecimalString | null;
  /** The price of now, where the exchange tells it with the position and nowhere else without an account. */
  price?: DecimalString;
};

/** What the exchange did to an account's position by itself. */
export type AccountEntry = {
  /** Unique among those of a kind and symbol. */
  id: string;
  symbol: string;
  /** Exchange time, ms since the epoch. */
  at: number;
} & (
  | { kind: 'funding' /** Received; negative when paid. */; amount: DecimalString; currency: string }
  /** A trade that closed a position by force: a liquidation, or deleveraging. */
  | {
      kind: 'liquidation';
      side: Side;
      quantity: DecimalString;
      price: DecimalString;
      fee: DecimalString;
      feeCurrency: string | null;
    }
);

/** What to do about a failure; the six public types do not say. */
export type FailureAction =
  | 'retry'
  | 'requeue'
  | 'resolve'
  | 'adopt'
  | 'fail'
  | 'pause_account'
  | 'sync_clock'
  /** The exchange takes no orders now; it will again, at a time it does not tell. */
  | 'session_closed';

/** Everything known of a failed call, with the exchange's own code and text kept. */
export type Failure = {
  type: FailureType;
  action: FailureAction;
  /** The exchange's code as text (`-2019`), the HTTP status (`http 503`) or our own (`timeout`); null when there is none. */
  code: string | null;
  /** The exchange's own words, or ours when it said nothing. Never a key, a token or a signature. */
  message: string;
  /** From `Retry-After`; null when the exchange did not say. */
  retryAfterMs: number | null;
};

/** Every send ends in one of three: accepted, refused with proof, or unresolved. There is no fourth. */
export type PlaceOutcome =
  | { kind: 'accepted'; report: OrderReport }
  | { kind: 'refused'; failure: Failure }
  | { kind: 'unresolved'; failure: Failure };

/** `gone` is "unknown order": it proves nothing before the placement itself is proven, so the caller looks up. */
export type CancelOutcome =
  | { kind: 'cancelled'; report: OrderReport }
  | { kind: 'gone'; failure: Failure }
  | { kind: 'refused'; failure: Failure }
  | { kind: 'unresolved'; failure: Failure };

/**
 * `absent`: the exchange answered that it knows no such order, under neither id. `forgotten`: it knows the stop, which has
 * triggered (`report.updatedAt`), and no order that it became. `no_market`: it answered that it has no such symbol, which
 * proves nothing unless the symbol is known to be gone. `unavailable`: no answer, nothing is proven.
 */
export type LookupOutcome =
  | { kind: 'found'; report: OrderReport }
  | { kind: 'absent' }
  | { kind: 'forgotten'; report: OrderReport }
  | { kind: 'no_market'; failure: Failure }
  | { kind: 'unavailable'; failure: Failure };

/** What an account's stream tells. A gap in it is never hidden: after each `connected` the account has to be polled. */
export type AccountEvent =
  /** Events arrive from now on; what happened before was not heard. */
  | { kind: 'connected' }
  | { kind: 'order'; report: OrderReport; fill: Fill | null }
  /** Something of an order was told that is not in the documented shape; only a poll says what. */
  | { kind: 'unreadable' }
  /** The connection is gone and is being made anew. `reason` is free of keys. */
  | { kind: 'lost'; reason: string };

/** A connection that keeps itself: lost, silent or expired it is made anew with growing delays until it is closed. */
export interface AccountStream {
  readonly connected: boolean;
  /** When the last frame of any kind arrived, ms of the local clock; null before the first. */
  readonly lastHeardAt: number | null;
  /** Ends the connection as if it were lost. */
  reconnect(reason: string): void;
  close(): void;
}

export type PriceTickStep = { from: DecimalString; tick: DecimalString };

/** Facts of one market as the exchange states them. Nulls are "not stated". */
export type MarketFacts = {
  symbol: string;
  venueSymbol: string;
  /** `trading`: all orders; `cancel_only`: cancels but no new ones; `closed`: gone or not yet open. */
  status: 'trading' | 'cancel_only' | 'closed';
  /** The smallest of its ticks where they depend on the price. */
  priceTick: DecimalString;
  /** The ticks by price, ascending: `tick` holds from the price `from` on, up to the next step. Null where one tick holds for all prices. */
  priceTicks: PriceTickStep[] | null;
  amountStep: DecimalString;
  minAmount: DecimalString | null;
  maxAmount: DecimalString | null;
  marketAmountStep: DecimalString | null;
  marketMaxAmount: DecimalString | null;
  minNotional: DecimalString | null;
  contractSize: DecimalString;
  /** Open orders of all kinds per (account, symbol). */
  maxOpenOrders: number | null;
  /** Conditional orders, with the scope the exchange counts them in. */
  maxConditionalOrders: number | null;
  conditionalScope: 'symbol' | 'account';
  /** The adapter's own description of the market, handed back to it through `useMarkets`. */
  adapterMarket: unknown;
};

export type Ticker = { symbol: string; last: DecimalString; at: number };

/** What the exchange values positions by, with its own time in ms. */
export type MarkPrice = { symbol: string; mark: DecimalString; at: number };

/** What a price stream tells. Prices carry the exchange's time of the event; only what changed is among `last`. */
export type PriceEvent =
  /** Connected (again): what was between, nobody heard. */
  | { kind: 'connected' }
  /** The connection is gone and is being made anew with growing delays. */
  | { kind: 'lost'; reason: string }
  | { kind: 'last'; tickers: Ticker[] }
  | { kind: 'mark'; marks: MarkPrice[] }
  /** A frame whose shape is not the documented one; the stream goes on. */
  | { kind: 'unreadable'; message: string };

/** The prices of all symbols of a venue as they happen. Keeps itself connected until it is closed. */
export interface PriceStream {
  readonly connected: boolean;
  /** When a price was last heard, ms of our clock; null before the first. */
  readonly lastHeardAt: number | null;
  close(): void;
}

/** Public market data of one venue; needs no keys. Every method throws an {@link ExchangeError}. */
export interface MarketDataSource {
  readonly venue: VenueName;
  markets(): Promise<MarketFacts[]>;
  tickers(): Promise<Ticker[]>;
  markPrices(): Promise<MarkPrice[]>;
  ticker(symbol: string, options?: { timeoutMs?: number }): Promise<Ticker>;
  /** The rate limits that came with the last answer of `markets`; empty before it. */
  rateLimits(): RateLimit[];
  /** Listens to all prices; the listener is called in the order of arrival and must not throw. */
  watchPrices(listener: (event: PriceEvent) => void): PriceStream;
  close(): Promise<void>;
}

/**
 * One account on one venue. Place and cancel never throw: a call that ends without proof is `unresolved`. Reading
 * methods throw an {@link ExchangeError}. Nothing is retried inside.
 */
export interface Exchange {
  readonly venue: VenueName;
  /** Markets come from market-data's view; the order path never loads them itself. */
  useMarkets(markets: { symbol: string; adapterMarket: unknown }[]): void;
  /** One outcome per order, in the order given. All orders of a call share symbol and kind. */
  place(orders: PlaceOrder[], stamp: RequestStamp): Promise<PlaceOutcome[]>;
  cancel(orders: OrderRef[], stamp: RequestStamp): Promise<CancelOutcome[]>;
  /** Gives what is left of a LIMIT order another price, where a venue can: it goes on under another id of the exchange. */
  amend?(order: OrderRef, to: { price: DecimalString }, stamp: RequestStamp): Promise<PlaceOutcome>;
  find(order: OrderRef): Promise<LookupOutcome>;
  /** Normal and conditional open orders of one symbol, ours and foreign. */
  openOrders(symbol: string): Promise<OrderReport[]>;
  /**
   * Every order of today in one symbol, whatever became of it, ours and foreign, oldest first. Only venues without client
   * order ids (`venueTraits`) have it: there it is the only way to learn what became of a send whose answer was lost.
   */
  ordersOfDay?(symbol: string): Promise<DayOrder[]>;
  /** Open conditional orders of the account, all symbols. */
  openConditionalOrders(): Promise<OrderReport[]>;
  /** Executions of one symbol, ours and foreign, oldest first, all pages. An instant may lie back seven days at most. */
  fills(symbol: string, from: FillsFrom): Promise<Fill[]>;
  /** Positions of the account that are not flat, ours and foreign. */
  positions(): Promise<ExchangePosition[]>;
  /** Funding and forced closings of all symbols, all pages, in a time of seven days at most (ms since the epoch, inclusive). */
  accountEntries(from: number, to: number): Promise<AccountEntry[]>;
  /**
   * Listens to what happens to the account's orders. `close` of the exchange ends it as well. `admit` is awaited before
   * each request the stream makes of its own; where it rejects nothing is sent, and it is tried again later.
   */
  watch(listener: (event: AccountEvent) => void, admit?: () => Promise<void>): AccountStream;
  ticker(symbol: string, options?: { timeoutMs?: number }): Promise<Ticker>;
  /** Free and total balance of the settlement currency. */
  balance(): Promise<{ currency: string; total: DecimalString; free: DecimalString }>;
  positionMode(): Promise<'one-way' | 'hedge'>;
  /** Sets leverage and margin mode and reads both back; throws when what is read differs. */
  setLeverage(symbol: string, leverage: number, marginMode: 'cross' | 'isolated'): Promise<void>;
  /** Measures the offset between the local and the exchange's clock anew. */
  syncClock(): Promise<void>;
  /** The exchange's clock minus the caller's, as last measured, in ms. Its rate windows are fixed on its own clock. */
  clockOffsetMs(): number;
  close(): Promise<void>;
}

/** A reading call failed. `failure` says what it means and what to do. */
export class ExchangeError extends Error {
  override readonly name = 'ExchangeError';
  readonly failure: Failure;
  constructor(failure: Failure, options?: ErrorOptions) {
    super(failure.code === null ? failure.message : `${failure.code}: ${failure.message}`, options);
    this.failure = failure;
  }
}

/** Keys of one account; read from the environment or a mounted file, never stored. */
export type Credentials = {
  apiKey: string;
  secret: string;
  /** Where the keys alone do not say whose account it is, e.g. `1234567801`. */
  accountNumber?: string;
};

/** The tokens of an account where a venue wants one with each request. Whoever keeps them sees to it that few are issued. */
export type AccessTokens = {
  /** One that is valid now. Throws an {@link ExchangeError} when none is to be had. */
  current(): Promise<string>;
  /** The venue refused this one as expired or invalid: it is not handed out again. */
  drop(token: string): void;
};

export type ExchangeOptions = {
  venue: VenueName;
  credentials: Credentials;
  /** Origin to talk to instead of the real exchange, e.g. `http://127.0.0.1:8090`; null for the real one. */
  endpoint: string | null;
  /** The clock `signedAt` is on, ms since the epoch; default `Date.now`. The offset to the exchange's is measured from it. */
  now?: () => number;
  /** Of a venue that wants tokens (`venueTraits`). */
  tokens?: AccessTokens;
  /** Told of the exchange's own counts after every answer. */
  onUsage?: (usage: RateUsage) => void;
};
