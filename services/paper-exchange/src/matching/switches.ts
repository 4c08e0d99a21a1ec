/**
 * Behaviours of a matching nobody outside the venue can be sure of, whatever the venue; each has more of its own in its
 * protocol. What is named here is marked `assumed` in docs/venue-assumptions.md, and a client is correct only if it
 * works with every value.
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
  /** When a conditional reduce-only order is compared with the position. */
  stopReduceOnlyCheckedAt: 'trigger' | 'placing';
  /** A reduce-only order larger than the position: executed as far as the position goes, or refused with -2022. */
  reduceOnlyBeyondPosition: 'cut' | 'refuse';
  /** Resting reduce-only orders of a position that is gone: ended by the venue at once, or left until reached. */
  idleReduceOnly: 'expire' | 'keep';
  /** Cancelling a conditional order by its own id after it triggered. */
  algoCancelAfterTrigger: 'unknown-order' | 'cancels-actual';
  /** Does ORDER_TRADE_UPDATE go before the ACCOUNT_UPDATE and ALGO_UPDATE of the same moment? */
  orderEventsFirst: boolean;
  /** Execution type of a liquidation's fill. */
  liquidationExecution: 'CALCULATED' | 'TRADE';
  /** Is initial margin checked at all? */
  marginCheck: boolean;
}
