import type { Refusal } from '../../../matching/refusal.ts';
import type { Account } from '../../../matching/venue.ts';
import type { CallKind } from '../../../serving/faults.ts';
import type { BybitExchange } from '../bybit-exchange.ts';
import type { Parameters } from './parameters.ts';

/** What every call is given. `now` is ms of the venue's clock at the moment the call takes effect. */
export interface CallInput {
  readonly exchange: BybitExchange;
  readonly params: Parameters;
  readonly now: number;
}

export interface SignedInput extends CallInput {
  readonly account: Account;
  /** Of a batch: how many of its elements the rate limit lets through; the rest are refused one by one. */
  readonly granted: number;
}

/** An answer's `result`, and beside it what a batch says of each of its elements. */
export interface Result {
  readonly result: object;
  readonly retExtInfo?: object;
}

/** Requests per second and account, counted apart for each bucket; a batch costs as much as it has elements. */
export interface Bucket {
  readonly name: string;
  readonly perSecond: number;
}

export type Route =
  | { readonly kind: CallKind; readonly signed: false; readonly run: (input: CallInput) => Result | Refusal }
  | {
      readonly kind: CallKind;
      readonly signed: true;
      readonly bucket: Bucket;
      /** Batches count each of their orders themselves. */
      readonly batch?: { readonly longest: number };
      readonly run: (input: SignedInput) => Result | Refusal;
    };

/** Method and path. */
export type RouteTable = ReadonlyMap<string, Route>;

const LONGEST_PAGE = 100;

/** One page of a list, with the cursor that asks for the next one; empty after the last. */
export function page<T>(found: readonly T[], params: Parameters, usual: number, longest = LONGEST_PAGE) {
  const asked = params.integer('limit');
  const limit = typeof asked === 'number' && asked > 0 ? Math.min(asked, longest) : usual;
  const from = Number(params.text('cursor') ?? 0) || 0;
  const end = from + limit;
  return { list: found.slice(from, end), nextPageCursor: end < found.length ? String(end) : '' };
}
