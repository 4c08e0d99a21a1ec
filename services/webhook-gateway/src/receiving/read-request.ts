import type { StrategyRow } from '../db/read-strategies.ts';
import type { BodyValue, FieldError } from '../intake/body-value.ts';
import { normaliseAlert } from '../intake/normalise-alert.ts';
import { readBody } from '../intake/read-body.ts';
import { type ValidAlert, validateAlert } from '../intake/validate-alert.ts';
import type { StrategyDirectory } from './strategy-directory.ts';

export type ReadRequest =
  | { kind: 'valid'; strategy: StrategyRow; token: string; body: BodyValue; alert: ValidAlert }
  | { kind: 'unreadable'; errors: FieldError[] }
  | { kind: 'unauthenticated'; errors: FieldError[]; body: BodyValue; token: string }
  | { kind: 'malformed'; errors: FieldError[]; body: BodyValue; token: string; strategy: StrategyRow };

/** One text for an unknown group and a wrong token: whoever guesses is not told which half was right. */
export const wrongToken = 'there is no strategy with this group_name and token';

/** Reads a request as far as it can be judged before it is stored. Rejects when the configuration cannot be read. */
export async function readRequest(
  strategies: StrategyDirectory,
  text: string,
  idempotencyKey: string | null,
): Promise<ReadRequest> {
  const reading = readBody(text);
  if (reading.kind === 'unreadable') return reading;
  const body = reading.body;
  const normalisation = normaliseAlert(body);
  if (normalisation.kind === 'refused') return { kind: 'unreadable', errors: normalisation.errors };

  const { alert } = normalisation;
  const token = typeof alert.token === 'string' ? alert.token : '';
  const refused = (path: string, message: string): ReadRequest => {
    return { kind: 'unauthenticated', errors: [{ path, message }], body, token };
  };
  if (typeof alert.groupName !== 'string') return refused('group_name', 'must be the name of a strategy');
  if (token === '') return refused('token', "must be the strategy's token");
  const strategy = await strategies.authenticate(alert.groupName, token);
  if (strategy === null) return refused('token', wrongToken);

  const validation = validateAlert(alert, strategies.symbolsOf(strategy), idempotencyKey);
  if (validation.kind === 'refused') return { kind: 'malformed', errors: validation.errors, body, token, strategy };
  return { kind: 'valid', strategy, token, body, alert: validation.alert };
}

/** The first fault, as one line, and how many more there are. */
export function describeErrors(errors: readonly FieldError[]): string {
  const [first] = errors;
  if (first === undefined) return 'the body is not an alert';
  const more = errors.length - 1;
  return `${first.path}: ${first.message}${more > 0 ? ` (and ${more} more)` : ''}`;
}
