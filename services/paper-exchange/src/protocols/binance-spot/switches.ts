import type { Switches } from '../../matching/switches.ts';

/** What else is assumed of Binance spot, beside the matching. */
export interface SpotSwitches extends Switches {
  /** Code of "Filter failure: MAX_NUM_ORDERS" and its like. */
  fullBookCode: -2010 | -1013;
  /** Does a 429 from the venue's own windows carry Retry-After? */
  retryAfterOnLimit: boolean;
  /** Client id that an order's cancel is told of under. */
  cancelClientId: 'own' | 'same';
}

export const spotSwitches: Readonly<SpotSwitches> = {
  // An id is free again once its order is filled or has ended, so it proves nothing of an order that has.
  clientIdReuse: 'after-any-end',
  clientIdScope: 'account',
  algoIdsShareNamespace: true,
  duplicateCheck: 'first',
  triggeredOrderClientId: 'same',
  algoCountsTowardSymbolCap: true,
  capAppliesToImmediate: false,
  restingFillsOn: 'touch',
  stopReduceOnlyCheckedAt: 'trigger',
  reduceOnlyBeyondPosition: 'cut',
  idleReduceOnly: 'keep',
  algoCancelAfterTrigger: 'cancels-actual',
  orderEventsFirst: true,
  liquidationExecution: 'TRADE',
  marginCheck: true,
  fullBookCode: -2010,
  retryAfterOnLimit: false,
  cancelClientId: 'own',
};
