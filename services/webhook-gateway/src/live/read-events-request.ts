import { type LiveEventType, liveEventTypes } from '@sluice/contracts';
import type { FieldError } from '../intake/body-value.ts';
import { listOf, readSymbol } from '../observing/read-orders-request.ts';
import type { ListenerFilter } from './listener-filter.ts';

type Asked = { strategies: string[] | null; accounts: string[] | null; symbol: string | null };
export type EventsRequest =
  | { ok: true; asked: Asked; types: ListenerFilter['types'] }
  | { ok: false; errors: FieldError[] };

/** Names under which senders try to give a token in the address. */
const tokenNames = new Set([
  'token',
  'access_token',
  'admin_token',
  'authorization',
  'auth',
  'bearer',
  'api_key',
  'key',
]);

/** Why nobody may be served who has put a token into the address, or undefined. */
export function tokenInAddress(names: Iterable<string>): FieldError | undefined {
  for (const name of names) {
    if (tokenNames.has(name.toLowerCase())) {
      const message =
        'a token belongs in the Authorization header, as "Bearer" and the token: addresses are written to logs, so change this one';
      return { path: name, message };
    }
  }
  return undefined;
}

/** What of the events a listener asks for, before names are compared with those there are. */
export function readEventsRequest(query: (name: string) => string | undefined): EventsRequest {
  const errors: FieldError[] = [];
  const symbol = readSymbol(query('symbol'), errors);
  const types = listOf(query('types'));
  const unknown = types?.find((type) => !(liveEventTypes as readonly string[]).includes(type));
  if (unknown !== undefined) {
    errors.push({
      path: 'types',
      message: `is "${unknown.slice(0, 40)}": should be one or more of ${liveEventTypes.join(', ')}`,
    });
  }
  if (errors.length > 0) return { ok: false, errors };
  return {
    ok: true,
    asked: { strategies: listOf(query('strategy')), accounts: listOf(query('account')), symbol },
    types: types === null ? null : new Set(types as LiveEventType[]),
  };
}
