import type { Refusal } from '../../../matching/refusal.ts';
import type { Account } from '../../../matching/venue.ts';
import type { CallKind } from '../../../serving/faults.ts';
import type { Parameters } from '../../binance/parameters.ts';
import type { SpotExchange } from '../spot-exchange.ts';

/** What every call is given besides its own parameters; `now` is the venue's clock when the call takes effect, in ms. */
export interface CallInput {
  readonly exchange: SpotExchange;
  readonly params: Parameters;
  readonly now: number;
}

export interface SignedInput extends CallInput {
  readonly account: Account;
}

interface RouteBase {
  readonly kind: CallKind;
  /** IP weight; many calls cost more without a symbol. */
  readonly weight: number | ((params: Parameters) => number);
}

/** `engine`: passes the matching engine, which checks the receive window again; weighs nothing when it succeeds. */
export type Route =
  | (RouteBase & { readonly signed: false; readonly run: (input: CallInput) => object | Refusal })
  | (RouteBase & {
      readonly signed: true;
      readonly engine: boolean;
      readonly run: (input: SignedInput) => object | Refusal;
    });

export type RouteTable = ReadonlyMap<string, Route>;

export const bySymbol =
  (withSymbol: number, without: number) =>
  (params: Parameters): number =>
    params.text('symbol') === undefined ? without : withSymbol;
