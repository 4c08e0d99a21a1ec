import { z } from 'zod';
import type { Switches } from '../../matching/switches.ts';
import { matchingSwitches } from '../matching-switches.ts';

/** What is assumed of KIS, beside the matching; its documentation leaves it open. */
export interface KisSwitches extends Switches {
  /** Whose rules and transaction names: real money or KIS's own paper trading. */
  domain: 'live' | 'paper';
  /** Whether orders are taken: by the hours of the exchange on the venue's clock, or always or never. */
  session: 'by-clock' | 'open' | 'closed';
  /** Does the row of a cancelled order itself say so, or only the row of the cancel? */
  cancelShownOn: 'both' | 'request';
  /** Status of a refusal for too many requests. */
  rateLimitStatus: 200 | 500;
  /** Does the daily list carry the branch an order was taken in at as its acknowledgement does? */
  branch: string;
}

export const kisSwitches: Readonly<KisSwitches> = {
  clientIdReuse: 'after-any-end',
  clientIdScope: 'account',
  algoIdsShareNamespace: false,
  duplicateCheck: 'first',
  triggeredOrderClientId: 'same',
  algoCountsTowardSymbolCap: false,
  capAppliesToImmediate: false,
  restingFillsOn: 'touch',
  stopReduceOnlyCheckedAt: 'trigger',
  reduceOnlyBeyondPosition: 'cut',
  idleReduceOnly: 'keep',
  algoCancelAfterTrigger: 'cancels-actual',
  orderEventsFirst: true,
  liquidationExecution: 'TRADE',
  marginCheck: true,
  domain: 'live',
  session: 'open',
  cancelShownOn: 'both',
  rateLimitStatus: 500,
  branch: '06010',
};

/** What the control API takes. Strict: a misspelt field in a test must fail, not pass as a default. */
export const switchesBody = z.strictObject({
  ...matchingSwitches,
  domain: z.enum(['live', 'paper']).optional(),
  session: z.enum(['by-clock', 'open', 'closed']).optional(),
  cancelShownOn: z.enum(['both', 'request']).optional(),
  rateLimitStatus: z.union([z.literal(200), z.literal(500)]).optional(),
  branch: z
    .string()
    .regex(/^\d{5}$/)
    .optional(),
});

export interface KisLimits {
  enforce: boolean;
  /** Of all calls of an account; absent: what the domain has. */
  requestsPerSecond?: number | undefined;
  /** Rows of a page of the day's list; absent: what the domain has. */
  dayPage?: number | undefined;
  /** Between two tokens of an app key. */
  tokenEveryMs: number;
}

const count = z.number().int().min(0);
export const limitsBody = z.strictObject({
  enforce: z.boolean().optional(),
  requestsPerSecond: count.optional(),
  dayPage: count.optional(),
  tokenEveryMs: count.optional(),
});

/** Per second, since 2026-04-20. */
export const requestsPerSecond = { live: 18, paper: 1 } as const;
