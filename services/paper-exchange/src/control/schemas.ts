import { z } from 'zod';
import { callKinds, orderFaults, transportFaults } from '../serving/faults.ts';
import { lastingStreamFaults } from '../serving/stream-faults.ts';

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
  code: z.union([z.number().int(), z.string()]).optional(),
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
  /** The venue's own names. */
  events: z.array(z.string()).optional(),
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
