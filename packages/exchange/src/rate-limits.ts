/** One limit as an exchange states it: orders of an account, or request weight of an address, in fixed windows. */
export type RateLimit = { kind: 'orders' | 'weight'; windowMs: number; limit: number };

/** What one call costs: weight in every window of weight, orders in the windows named. */
export type CallCost = { weight: number; orders: { windowMs: number; units: number }[] };

/** What the calls of an exchange cost at most, follow-up requests included. `count` orders of one call share a request. */
export type CallCosts = {
  place(count: number, conditional: boolean): CallCost;
  cancel(count: number, conditional: boolean): CallCost;
  find(conditional: boolean): CallCost;
  openOrders: CallCost;
  /** One page; of venues that have the call. */
  ordersOfDay?: CallCost;
  openConditionalOrders: CallCost;
  /** One page. */
  fills: CallCost;
  positions: CallCost;
  /** One page each of what it reads. */
  accountEntries: CallCost;
  ticker: CallCost;
  balance: CallCost;
  /** The key a user stream listens under; of venues that have one. */
  watch?: CallCost;
  positionMode: CallCost;
  setLeverage: CallCost;
  syncClock: CallCost;
};

/** The exchange's own counts, from the headers of an answer, and whether it refused the request for its rate. */
export type RateUsage = {
  /** ms since the epoch on the caller's clock. */
  sentAt: number;
  receivedAt: number;
  counts: { kind: 'orders' | 'weight'; windowMs: number; count: number }[];
  /** `banned`: the address is shut out (HTTP 418), a further request makes it longer. */
  refused: { kind: 'orders' | 'weight'; banned: boolean; retryAfterMs: number | null; message: string } | null;
};
