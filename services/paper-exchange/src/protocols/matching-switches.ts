import { z } from 'zod';

/** The switches of the matching as the control API takes them, for every venue. */
export const matchingSwitches = {
  clientIdReuse: z.enum(['after-filled', 'after-any-end', 'never']).optional(),
  clientIdScope: z.enum(['account', 'symbol']).optional(),
  algoIdsShareNamespace: z.boolean().optional(),
  duplicateCheck: z.enum(['first', 'last']).optional(),
  triggeredOrderClientId: z.enum(['same', 'generated']).optional(),
  algoCountsTowardSymbolCap: z.boolean().optional(),
  capAppliesToImmediate: z.boolean().optional(),
  restingFillsOn: z.enum(['touch', 'cross']).optional(),
  stopReduceOnlyCheckedAt: z.enum(['trigger', 'placing']).optional(),
  reduceOnlyBeyondPosition: z.enum(['cut', 'refuse']).optional(),
  idleReduceOnly: z.enum(['expire', 'keep']).optional(),
  algoCancelAfterTrigger: z.enum(['unknown-order', 'cancels-actual']).optional(),
  orderEventsFirst: z.boolean().optional(),
  liquidationExecution: z.enum(['CALCULATED', 'TRADE']).optional(),
  marginCheck: z.boolean().optional(),
};
