import { z } from 'zod';
import { matchingSwitches } from '../matching-switches.ts';

// What the control API takes for this venue alone. Strict: a misspelt field in a test must fail, not pass as a default.

const count = z.number().int().min(0);

export const limitsBody = z.strictObject({
  enforce: z.boolean().optional(),
  ordersPer10s: count.optional(),
  ordersPerMinute: count.optional(),
  weightPerMinute: count.optional(),
});

export const switchesBody = z.strictObject({
  ...matchingSwitches,
  ackFillFields: z.boolean().optional(),
  closedSymbolCode: z.union([z.literal(-4140), z.literal(-4141), z.literal(-1122)]).optional(),
  refusedOrdersCount: z.boolean().optional(),
  retryAfterOnLimit: z.boolean().optional(),
  lateAtEngine: z.union([z.literal(-5028), z.literal(-1021)]).optional(),
  zeroCommission: z.enum(['sent', 'absent']).optional(),
  unroutedStreams: z.enum(['silent', 'sent']).optional(),
  unknownListenKey: z.enum(['silent', 'refused']).optional(),
  deletedListenKey: z.enum(['silent', 'closes-socket']).optional(),
});
