import { randomBytes } from 'node:crypto';
import type { Refusal } from '../../../matching/refusal.ts';
import { refusals } from '../refusals.ts';
import type { KeyedInput, Route } from './route.ts';

/** 64 characters, as the venue's own. */
const madeUpKey = (): string => randomBytes(48).toString('base64url');

const open = ({ keys, account, now }: KeyedInput): object => ({ listenKey: keys.open(account, madeUpKey(), now) });

function keepAlive({ keys, account, now }: KeyedInput): object | Refusal {
  const listenKey = keys.extend(account, now);
  return listenKey === undefined ? refusals.noListenKey() : { listenKey };
}

function close({ keys, account, now }: KeyedInput): object | Refusal {
  if (keys.valid(account, now) === undefined) return refusals.noListenKey();
  keys.close(account, false);
  return {};
}

const keyed = { signed: 'key-only', kind: 'listenKey', weight: 1 } as const;

/** These calls name no key: an account has one at most, and its API key is enough to ask for it. */
export const listenKeyRoutes: readonly (readonly [string, Route])[] = [
  ['POST /fapi/v1/listenKey', { ...keyed, run: open }],
  ['PUT /fapi/v1/listenKey', { ...keyed, run: keepAlive }],
  ['DELETE /fapi/v1/listenKey', { ...keyed, run: close }],
];
