import { z } from 'zod';

// What the control API takes for this venue alone. Strict: a misspelt field in a test must fail, not pass as a default.

const count = z.number().int().min(0);

export const limitsBody = z.strictObject({
  enforce: z.boolean().optional(),
  ordersPer10s: count.optional(),
  ordersPerMinute: count.optional(),
  weightPerMinute: count.optional(),
});

export const switchesBody = z.strictObject({
  clientIdReuse: z.enum(['after-filled', 'after-any-end', 'never']).optional(),
  clientIdScope: z.enum(['account', 'symbol']).optional(),
  algoIdsShareNamespace: z.boolean().optional(),
  duplicateCheck: z.enum(['first', 'last']).optional(),
  triggeredOrderClientId: z.enum(['same', 'generated']).optional(),
  algoCountsTowardSymbolCap: z.boolean().optional(),
  capAppliesToImmediate: z.boolean().optional(),
  restingFillsOn: z.enum(['touch', 'cross']).optional(),
  ackFillFields: z.boolean().optional(),
  closedSymbolCode: z.union([z.literal(-4140), z.literal(-4141), z.literal(-1122)]).optional(),
  stopReduceOnlyCheckedAt: z.enum(['trigger', 'placing']).optional(),
  reduceOnlyBeyondPosition: z.enum(['cut', 'refuse']).optional(),
  idleReduceOnly: z.enum(['expire', 'keep']).optional(),
  algoCancelAfterTrigger: z.enum(['unknown-order', 'cancels-actual']).optional(),
  refusedOrdersCount: z.boolean().optional(),
  retryAfterOnLimit: z.boolean().optional(),
  lateAtEngine: z.union([z.literal(-5028), z.literal(-1021)]).optional(),
  orderEventsFirst: z.boolean().optional(),
  zeroCommission: z.enum(['sent', 'absent']).optional(),
  liquidationExecution: z.enum(['CALCULATED', 'TRADE']).optional(),
  unroutedStreams: z.enum(['silent', 'sent']).optional(),
  unknownListenKey: z.enum(['silent', 'refused']).optional(),
  deletedListenKey: z.enum(['silent', 'closes-socket']).optional(),
  marginCheck: z.boolean().optional(),
});
