import { z } from 'zod';

/**
 * What the system itself has to say in a message to a person, as facts: each language puts them into words of its own.
 * What an exchange said stays as it is.
 */
export const saying = z.discriminatedUnion('code', [
  /** Due work is not getting done. */
  z.object({ code: z.literal('backlog'), pairs: z.number(), lookUps: z.number(), seconds: z.number() }),
  z.object({ code: z.literal('memory'), process: z.string(), percent: z.number() }),
  /** A warning of this service or process is over. */
  z.object({ code: z.literal('over'), subject: z.string() }),
  /** Nobody knows what became of an order; `state` is its own. */
  z.object({ code: z.literal('no_outcome'), state: z.string(), minutes: z.number() }),
  /** A person was asked so long ago what became of an order, and nobody has said. */
  z.object({ code: z.literal('asked_before'), order: z.number(), hours: z.number() }),
  /** The holidays of an exchange are known up to `until` (2027-12-31) only. */
  z.object({ code: z.literal('holidays_end'), exchange: z.string(), until: z.string() }),
  /** Nothing is sent in `scope` until the exchange takes requests again; `answer` is its own. */
  z.object({
    code: z.literal('rate_closed'),
    scope: z.string(),
    banned: z.boolean(),
    until: z.string(),
    answer: z.string(),
  }),
  z.object({ code: z.literal('unknown_order'), clientOrderId: z.string(), symbol: z.string() }),
  z.object({ code: z.literal('position_differs'), exchange: z.string(), ours: z.string(), quantity: z.string() }),
  z.object({ code: z.literal('position_agrees'), exchange: z.string() }),
  /** A stop order that is not on the exchange. */
  z.object({
    code: z.literal('stop_waits'),
    type: z.string(),
    side: z.string(),
    quantity: z.string(),
    stopPrice: z.string(),
    why: z.enum(['slot', 'cancel_only', 'closed', 'session']),
  }),
  z.object({ code: z.literal('market_too_old'), seconds: z.number() }),
  z.object({ code: z.literal('plan_failed'), reason: z.string() }),
]);
export type Saying = z.infer<typeof saying>;

/** One sentence for each, in one language; `time` puts an ISO 8601 time as its reader writes it. */
export type Sayings = {
  readonly [code in Saying['code']]: (of: Extract<Saying, { code: code }>, time: (iso: string) => string) => string;
};

/** The words of the log, and of who reads English. */
export const englishSayings: Sayings = {
  backlog: ({ pairs, lookUps, seconds }) =>
    `${pairs} pairs and ${lookUps} look-ups are due, the oldest for ${seconds} s`,
  memory: ({ process, percent }) => `${process} uses ${percent} % of its memory limit`,
  over: ({ subject }) => `${subject}: over`,
  no_outcome: ({ state, minutes }) =>
    `${state} for ${minutes} min: the exchange has not said what became of it; it is looked up further`,
  asked_before: ({ order, hours }) =>
    `asked for ${hours} h: say what became of it with sluice settle ${order}; it keeps its place until then`,
  holidays_end: ({ exchange, until }) =>
    `the holidays of ${exchange} are known up to ${until}: add those that follow to closed_days of its venue`,
  rate_closed: ({ scope, banned, until, answer }, time) =>
    `${banned ? 'the exchange has shut us out' : 'the exchange has had too many requests'} (${scope}): ` +
    `nothing is sent there before ${time(until)}; ${answer}`,
  unknown_order: ({ clientOrderId, symbol }) =>
    `order ${clientOrderId} of ${symbol} is on the exchange under our prefix and not alive by our tables`,
  position_differs: ({ exchange, ours, quantity }) =>
    `the exchange holds ${exchange} and the fills of our strategies add up to ${ours}; ` +
    `${quantity} is nobody's here and is left alone`,
  position_agrees: ({ exchange }) => `the exchange's position and ours agree again at ${exchange}`,
  stop_waits: ({ type, side, quantity, stopPrice, why }) =>
    `${type} ${side} ${quantity} at ${stopPrice} waits off the exchange ${whyInEnglish[why]}`,
  market_too_old: ({ seconds }) => `MARKET order not sent within ${seconds} s of its alert`,
  plan_failed: ({ reason }) => `the orders could not be planned: ${reason}`,
};

const whyInEnglish = {
  slot: 'for a slot',
  cancel_only: 'because its market accepts cancels only at the moment',
  closed: 'because its market is closed at the moment',
  session: 'until its exchange opens',
};

/** The sentence for these facts. */
export function say(sayings: Sayings, said: Saying, time: (iso: string) => string = (iso) => iso): string {
  // The compiler holds that each code has its function; that the two belong together it cannot see.
  const sentence = sayings[said.code] as (of: Saying, time: (iso: string) => string) => string;
  return sentence(said, time);
}

/** The two fields of a message: the facts, and the same in English for the log and for a notifier that is older. */
export function inWords(said: Saying): { said: Saying; detail: string } {
  return { said, detail: say(englishSayings, said) };
}
