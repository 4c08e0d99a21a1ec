import { z } from 'zod';
import { matchingSwitches } from '../matching-switches.ts';

// What the control API takes for this venue alone. Strict: a misspelt field in a test must fail, not pass as a default.

const count = z.number().int().min(0);

export const limitsBody = z.strictObject({
  enforce: z.boolean().optional(),
  ordersPer10s: count.optional(),
  ordersPerDay: count.optional(),
  weightPerMinute: count.optional(),
});

export const switchesBody = z.strictObject({
  ...matchingSwitches,
  fullBookCode: z.union([z.literal(-2010), z.literal(-1013)]).optional(),
  retryAfterOnLimit: z.boolean().optional(),
  cancelClientId: z.enum(['own', 'same']).optional(),
});
