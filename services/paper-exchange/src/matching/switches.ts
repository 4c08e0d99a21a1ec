/**
 * Behaviours nobody outside Binance can be sure of. Each one named here is marked `assumed` in
 * docs/venue-assumptions.md, and a client is correct only if it works with every value.
 */
export interface Switches {
  /** When a client id may be used again. `never` also refuses ids of orders long gone. */
  clientIdReuse: 'after-filled' | 'after-any-end' | 'never';
  /** Where a client id has to be unique. */
  clientIdScope: 'account' | 'symbol';
  /** Do conditional and plain orders share one space of client ids? */
  algoIdsShareNamespace: boolean;
  /** Is a duplicate id noticed before the caps and the margin, or after them? */
  duplicateCheck: 'first' | 'last';
  /** Client id of the order a conditional order turns into. */
  triggeredOrderClientId: 'same' | 'generated';
  /** Do waiting conditional orders count against the per-symbol cap of open orders? */
  algoCountsTowardSymbolCap: boolean;
  /** Is a MARKET, IOC or FOK order refused when the book of the symbol is full? */
  capAppliesToImmediate: boolean;
  /** Does a resting order fill when the price reaches it, or only when it passes? */
  restingFillsOn: 'touch' | 'cross';
  /** Do acknowledgements carry avgPrice and cumQuote? Not since 2026-06-30. */
  ackFillFields: boolean;
  /** Code for a new order on a symbol that is not TRADING. */
  closedSymbolCode: -4140 | -4141 | -1122;
  /** When a conditional reduce-only order is compared with the position. */
  stopReduceOnlyCheckedAt: 'trigger' | 'placing';
  /** A reduce-only order larger than the position: executed as far as the position goes, or refused with -2022. */
  reduceOnlyBeyondPosition: 'cut' | 'refuse';
  /** Resting reduce-only orders of a position that is gone: ended by the venue at once, or left until reached. */
  idleReduceOnly: 'expire' | 'keep';
  /** Cancelling a conditional order by its own id after it triggered. */
  algoCancelAfterTrigger: 'unknown-order' | 'cancels-actual';
  /** Does a refused order use up the order rate? */
  refusedOrdersCount: boolean;
  /** Does a 429 from the venue's own windows carry Retry-After? */
  retryAfterOnLimit: boolean;
  /** Code for a request that outlives its receive window on the way to the matching engine. */
  lateAtEngine: -5028 | -1021;
  /** Does ORDER_TRADE_UPDATE go before the ACCOUNT_UPDATE and ALGO_UPDATE of the same moment? */
  orderEventsFirst: boolean;
  /** Order events without a fill: a commission of 0, or none at all. */
  zeroCommission: 'sent' | 'absent';
  /** Execution type of a liquidation's fill. */
  liquidationExecution: 'CALCULATED' | 'TRADE';
  /** Private and market streams on an address without `/private` or `/market`: acknowledged but never sent, or sent. */
  unroutedStreams: 'silent' | 'sent';
  /** Connecting with a listen key that is none: a stream on which nothing comes, or a refused handshake. */
  unknownListenKey: 'silent' | 'refused';
  /** What becomes of the sockets of a listen key that is closed by DELETE. */
  deletedListenKey: 'silent' | 'closes-socket';
  /** Is initial margin checked at all? */
  marginCheck: boolean;
}

export const defaultSwitches: Readonly<Switches> = {
  clientIdReuse: 'after-any-end',
  clientIdScope: 'account',
  algoIdsShareNamespace: false,
  duplicateCheck: 'first',
  triggeredOrderClientId: 'same',
  algoCountsTowardSymbolCap: true,
  capAppliesToImmediate: false,
  restingFillsOn: 'touch',
  ackFillFields: false,
  closedSymbolCode: -4140,
  stopReduceOnlyCheckedAt: 'trigger',
  reduceOnlyBeyondPosition: 'cut',
  idleReduceOnly: 'expire',
  algoCancelAfterTrigger: 'unknown-order',
  refusedOrdersCount: true,
  retryAfterOnLimit: false,
  lateAtEngine: -5028,
  orderEventsFirst: false,
  zeroCommission: 'sent',
  liquidationExecution: 'CALCULATED',
  unroutedStreams: 'silent',
  unknownListenKey: 'silent',
  deletedListenKey: 'silent',
  marginCheck: true,
};
