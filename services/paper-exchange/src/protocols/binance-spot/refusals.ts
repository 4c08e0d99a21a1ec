import { Refusal } from '../../matching/refusal.ts';
import { binanceRefusals } from '../binance/refusals.ts';

/** Texts as in spot's list of errors: one code carries many reasons, and only the text tells them apart. */
export const refusals = {
  ...binanceRefusals,
  unknownOutcome: () => new Refusal(-1000, 'An unknown error occurred while processing the request.'),
  tooManyRequests: (limit: number) =>
    new Refusal(
      -1003,
      `Too much request weight used; current limit is ${limit} request weight per 1 MINUTE. Please use WebSocket Streams for live updates to avoid polling the API.`,
      429,
    ),
  banned: (untilMs: number) =>
    new Refusal(
      -1003,
      `Way too much request weight used; IP banned until ${untilMs}. Please use WebSocket Streams for live updates to avoid bans.`,
      418,
    ),
  filter: (name: string, code: number = -1013) => new Refusal(code, `Filter failure: ${name}`),
  badClientId: () =>
    new Refusal(
      -1100,
      "Illegal characters found in parameter 'newClientOrderId'; legal range is '^[a-zA-Z0-9-_:/.]{1,36}$'.",
    ),
  insufficientBalance: () => new Refusal(-2010, 'Account has insufficient balance for requested action.'),
  duplicateOrder: () => new Refusal(-2010, 'Duplicate order sent.'),
  marketClosed: () => new Refusal(-2010, 'Market is closed.'),
  wouldTrigger: () => new Refusal(-2010, 'Stop price would trigger immediately.'),
  wouldTake: () => new Refusal(-2010, 'Order would immediately match and take.'),
  wouldRest: () => new Refusal(-2010, 'Order would not be filled completely.'),
};
