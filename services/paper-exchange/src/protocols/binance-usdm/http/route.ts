import type { Refusal } from '../../../matching/refusal.ts';
import type { Account, Venue } from '../../../matching/venue.ts';
import type { CallKind, Faults } from '../../../serving/faults.ts';
import type { Parameters } from '../../binance/parameters.ts';
import type { ListenKeys } from '../streams/listen-keys.ts';
import type { UsdmSwitches } from '../switches.ts';
import type { RateLimits } from './rate-windows.ts';

/** What every call is given besides its own parameters. */
export interface CallInput {
  readonly venue: Venue<UsdmSwitches>;
  readonly params: Parameters;
  /** ms, the venue's clock at the moment the call takes effect. */
  readonly now: number;
  readonly limits: RateLimits;
}

export interface SignedInput extends CallInput {
  readonly account: Account;
  readonly faults: Faults;
}

export interface KeyedInput extends CallInput {
  readonly account: Account;
  readonly keys: ListenKeys;
}

interface RouteBase {
  readonly kind: CallKind;
  /** IP weight; many calls cost more without a symbol. */
  readonly weight: number | ((params: Parameters) => number);
}

/**
 * `signed` calls belong to an account, `key-only` ones too but carry neither signature nor time; `engine` ones pass the
 * matching engine, which checks the receive window again.
 */
export type Route =
  | (RouteBase & { readonly signed: false; readonly run: (input: CallInput) => object | Refusal })
  | (RouteBase & { readonly signed: 'key-only'; readonly run: (input: KeyedInput) => object | Refusal })
  | (RouteBase & {
      readonly signed: true;
      readonly engine: boolean;
      /** What the call adds to the order counts of 10 s and 1 min. */
      readonly orderCost?: { readonly tenSeconds: number; readonly minute: number };
      /** Batches count each of their orders themselves. */
      readonly countsItself?: true;
      readonly run: (input: SignedInput) => object | Refusal;
    });

/** Method and path. */
export type RouteTable = ReadonlyMap<string, Route>;

export const bySymbol =
  (withSymbol: number, without: number) =>
  (params: Parameters): number =>
    params.text('symbol') === undefined ? without : withSymbol;
