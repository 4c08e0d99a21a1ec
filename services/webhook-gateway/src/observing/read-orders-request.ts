import type { FilterNames } from '../db/read-filter-names.ts';
import type { OrderFilter } from '../db/read-orders.ts';
import type { FieldError } from '../intake/body-value.ts';
import { normaliseSymbol } from '../intake/normalise-symbol.ts';
import { type Query, readIdCursor, readPageRequest } from './read-page-request.ts';

export const liveStates = [
  'pending',
  'submitting',
  'open',
  'cancelling',
  'unresolved_place',
  'unresolved_cancel',
  'triggered',
];
export const endedStates = ['filled', 'cancelled', 'rejected', 'failed', 'expired'];
const states = [...liveStates, ...endedStates];

export type OrdersRequest = { ok: true; filter: OrderFilter; limit: number } | { ok: false; errors: FieldError[] };

/** What a list of orders is asked for, before names are compared with those there are. */
export function readOrdersRequest(query: Query): OrdersRequest {
  const errors: FieldError[] = [];
  const { limit, after } = readPageRequest(query, errors);
  const before = readIdCursor(after, errors);
  const symbol = readSymbol(query('symbol'), errors);
  const wanted = listOf(query('state'));
  const live = wanted?.length === 1 && wanted[0] === 'live';
  const chosen = wanted?.flatMap((state) =>
    state === 'live' ? liveStates : state === 'ended' ? endedStates : [state],
  );
  const unknown = chosen?.find((state) => !states.includes(state));
  if (unknown !== undefined) {
    errors.push({
      path: 'state',
      message: `is "${unknown.slice(0, 40)}": should be live, ended, or one or more of ${states.join(', ')}`,
    });
  }
  if (errors.length > 0) return { ok: false, errors };
  const filter: OrderFilter = {
    strategies: listOf(query('strategy')),
    accounts: listOf(query('account')),
    symbol,
    states: live ? null : (chosen ?? null),
    live: chosen?.every((state) => liveStates.includes(state)) ?? false,
    before,
  };
  return { ok: true, filter, limit };
}

/** Every name of the filter that nobody has, with those there are. */
export function unknownNames(
  { strategies, accounts, symbol }: Pick<OrderFilter, 'strategies' | 'accounts' | 'symbol'>,
  names: FilterNames,
): FieldError[] {
  const errors: FieldError[] = [];
  const check = (path: string, given: string[] | null, known: string[]) => {
    const unknown = given?.find((name) => !known.includes(name));
    if (unknown !== undefined) {
      errors.push({
        path,
        message: `there is no ${path} "${unknown.slice(0, 40)}"; there are ${known.join(', ') || 'none'}`,
      });
    }
  };
  check('strategy', strategies, names.strategies);
  check('account', accounts, names.accounts);
  if (!names.symbolKnown) {
    errors.push({ path: 'symbol', message: `no exchange lists ${symbol}; a symbol reads BTC/USDT` });
  }
  return errors;
}

export function readSymbol(text: string | undefined, errors: FieldError[]): string | null {
  if (text === undefined || text === '') return null;
  const read = normaliseSymbol(text, []);
  if (read.kind === 'symbol') return read.symbol;
  errors.push({ path: 'symbol', message: read.message });
  return null;
}

export function listOf(text: string | undefined): string[] | null {
  const names = (text ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  return names.length === 0 ? null : names;
}
