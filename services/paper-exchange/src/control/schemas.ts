import { z } from 'zod';
import { callKinds, orderFaults, transportFaults } from '../http/faults.ts';
import { lastingStreamFaults } from '../streams/stream-faults.ts';
import { userEventNames } from '../streams/user-events.ts';

// Bodies of the control API. Strict: a misspelt field in a test must fail, not pass as a default.

const decimal = z
  .union([z.string(), z.number()])
  .transform(String)
  .refine((text) => /^\d+(\.\d+)?$/.test(text), 'a decimal such as "96000.5"');
/** `BTCUSDT`, `BTC/USDT` and `BTC/USDT:USDT` name the same symbol. */
const symbol = z.string().transform((text) => text.replace(/:.*$/, '').replace('/', '').toUpperCase());
const count = z.number().int().min(0);
const times = z.union([z.number().int().min(1), z.literal('always')]);

export const latencyBody = z.union([
  z.strictObject({ ms: z.union([z.string(), z.number()]).transform(String) }),
  z.strictObject({ minMs: count, maxMs: count }),
]);

export const pricesBody = z.strictObject({ symbol, price: decimal, mark: decimal.optional() });

export const fillsBody = z.union([
  z.strictObject({
    account: z.string().optional(),
    clientOrderId: z.string(),
    quantity: decimal.optional(),
    price: decimal.optional(),
  }),
  z.strictObject({
    account: z.string().optional(),
    symbol: symbol.optional(),
    some: z.number().int().min(1),
    ratio: z.number().gt(0).max(1).optional(),
  }),
]);

export const endsBody = z.strictObject({
  account: z.string().optional(),
  clientOrderId: z.string(),
  status: z.enum(['CANCELED', 'EXPIRED']),
});

const faultBody = z.strictObject({
  match: z
    .strictObject({
      account: z.string().optional(),
      call: z.enum(callKinds).optional(),
      symbol: symbol.optional(),
      clientOrderIdPrefix: z.string().optional(),
      type: z.string().optional(),
    })
    .default({}),
  do: z.enum([...orderFaults, ...transportFaults]),
  times: times.default(1),
  probability: z.number().min(0).max(1).default(1),
  ms: count.optional(),
  code: z.number().int().optional(),
  msg: z.string().optional(),
  status: z.number().int().min(200).max(599).optional(),
  text: z.string().optional(),
  retryAfter: count.optional(),
  applied: z.boolean().default(false),
});

/** One rule or several; not a union, whose errors would only say that nothing fits. */
export const faultsBody = z.preprocess((body) => (Array.isArray(body) ? body : [body]), z.array(faultBody));

export const streamsBody = z.strictObject({
  of: z.enum(['user', 'market']).default('user'),
  account: z.string().optional(),
  do: z.enum(['cut', 'freeze', 'expire', ...lastingStreamFaults]),
  ms: count.optional(),
  times: times.default(1).transform((value) => (value === 'always' ? Number.POSITIVE_INFINITY : value)),
  events: z.array(z.enum(userEventNames)).optional(),
});

export const ordersBody = z.strictObject({
  account: z.string(),
  symbol,
  side: z.enum(['BUY', 'SELL']),
  type: z.enum(['LIMIT', 'MARKET', 'STOP', 'STOP_MARKET', 'TAKE_PROFIT', 'TAKE_PROFIT_MARKET']).default('LIMIT'),
  quantity: decimal,
  price: decimal.optional(),
  triggerPrice: decimal.optional(),
  clientOrderId: z.string().optional(),
  reduceOnly: z.boolean().default(false),
  positionSide: z.enum(['BOTH', 'LONG', 'SHORT']).default('BOTH'),
  count: z.number().int().min(1).max(500).default(1),
});

export const fundingBody = z.strictObject({
  account: z.string().optional(),
  symbol,
  rate: z
    .union([z.string(), z.number()])
    .transform(String)
    .refine((text) => /^-?0(\.\d+)?$/.test(text), 'a share of the position between -1 and 1, such as "0.0001"'),
});

export const liquidationsBody = z.strictObject({
  account: z.string(),
  symbol,
  positionSide: z.enum(['BOTH', 'LONG', 'SHORT']).default('BOTH'),
  quantity: decimal.optional(),
  price: decimal.optional(),
  adl: z.boolean().default(false),
});

export const capsBody = z.strictObject({
  account: z.string().optional(),
  symbol: symbol.optional(),
  open: count.optional(),
  conditional: count.optional(),
});

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

export const symbolsBody = z.strictObject({
  symbol,
  status: z.enum(['TRADING', 'PENDING_TRADING', 'PRE_SETTLE', 'SETTLING', 'CLOSE', 'CANCEL_ONLY']),
});

export const accountsBody = z.strictObject({
  name: z.string().min(1),
  key: z.string().optional(),
  secret: z.string().optional(),
  balance: decimal.optional(),
  hedge: z.boolean().optional(),
});

export const clockBody = z.strictObject({ offsetMs: z.number().int() });
