import type { Switches } from '../../matching/switches.ts';

/** What else is assumed of Binance USD-M, beside the matching. */
export interface UsdmSwitches extends Switches {
  /** Do acknowledgements carry avgPrice and cumQuote? Not since 2026-06-30. */
  ackFillFields: boolean;
  /** Code for a new order on a symbol that is not TRADING. */
  closedSymbolCode: -4140 | -4141 | -1122;
  /** Does a refused order use up the order rate? */
  refusedOrdersCount: boolean;
  /** Does a 429 from the venue's own windows carry Retry-After? */
  retryAfterOnLimit: boolean;
  /** Code for a request that outlives its receive window on the way to the matching engine. */
  lateAtEngine: -5028 | -1021;
  /** Order events without a fill: a commission of 0, or none at all. */
  zeroCommission: 'sent' | 'absent';
  /** Private and market streams on an address without `/private` or `/market`: acknowledged but never sent, or sent. */
  unroutedStreams: 'silent' | 'sent';
  /** Connecting with a listen key that is none: a stream on which nothing comes, or a refused handshake. */
  unknownListenKey: 'silent' | 'refused';
  /** What becomes of the sockets of a listen key that is closed by DELETE. */
  deletedListenKey: 'silent' | 'closes-socket';
}

export const usdmSwitches: Readonly<UsdmSwitches> = {
  clientIdReuse: 'after-any-end',
  clientIdScope: 'account',
  algoIdsShareNamespace: false,
  duplicateCheck: 'first',
  triggeredOrderClientId: 'same',
  algoCountsTowardSymbolCap: true,
  capAppliesToImmediate: false,
  restingFillsOn: 'touch',
  stopReduceOnlyCheckedAt: 'trigger',
  reduceOnlyBeyondPosition: 'cut',
  idleReduceOnly: 'expire',
  algoCancelAfterTrigger: 'unknown-order',
  orderEventsFirst: false,
  liquidationExecution: 'CALCULATED',
  marginCheck: true,
  ackFillFields: false,
  closedSymbolCode: -4140,
  refusedOrdersCount: true,
  retryAfterOnLimit: false,
  lateAtEngine: -5028,
  zeroCommission: 'sent',
  unroutedStreams: 'silent',
  unknownListenKey: 'silent',
  deletedListenKey: 'silent',
};
