import { z } from 'zod';
import type { Switches } from '../../matching/switches.ts';
import { matchingSwitches } from '../matching-switches.ts';

/** What else is assumed of Bybit, beside the matching. */
export interface BybitSwitches extends Switches {
  /** Time from the acknowledgement of an order, or of its cancel, until it takes effect and can be seen, in ms. */
  acknowledgeAheadMs: number;
  /** Which refusals come after the acknowledgement: those of the order book alone, all that depend on the moment, or none. */
  rejectedLater: 'book' | 'all' | 'none';
  /** How long the list of open orders shows closed ones as well: the last 500, or none, as after a restart of theirs. */
  closedInRealtime: 'last-500' | 'none';
}

export const bybitSwitches: Readonly<BybitSwitches> = {
  clientIdReuse: 'never',
  clientIdScope: 'account',
  algoIdsShareNamespace: true,
  duplicateCheck: 'first',
  triggeredOrderClientId: 'same',
  algoCountsTowardSymbolCap: false,
  capAppliesToImmediate: false,
  restingFillsOn: 'touch',
  stopReduceOnlyCheckedAt: 'trigger',
  reduceOnlyBeyondPosition: 'cut',
  idleReduceOnly: 'expire',
  algoCancelAfterTrigger: 'cancels-actual',
  orderEventsFirst: false,
  liquidationExecution: 'TRADE',
  marginCheck: true,
  acknowledgeAheadMs: 0,
  rejectedLater: 'book',
  closedInRealtime: 'last-500',
};

export const bybitSwitchesBody = z.strictObject({
  ...matchingSwitches,
  acknowledgeAheadMs: z.number().int().min(0).optional(),
  rejectedLater: z.enum(['book', 'all', 'none']).optional(),
  closedInRealtime: z.enum(['last-500', 'none']).optional(),
});
