import { randomBytes } from 'node:crypto';
import { closeListenKey, extendListenKey, openListenKey, validListenKey } from '../matching/listen-key.ts';
import { Refusal, refusals } from '../matching/refusal.ts';
import type { KeyedInput, Route } from './route.ts';

/** 64 characters, as the venue's own. */
const madeUpKey = (): string => randomBytes(48).toString('base64url');

const open = ({ venue, account, now }: KeyedInput): object => ({
  listenKey: openListenKey(venue, account, madeUpKey(), now),
});

function keepAlive({ account, now }: KeyedInput): object | Refusal {
  const key = extendListenKey(account, now);
  return key instanceof Refusal ? key : { listenKey: key };
}

function close({ venue, account, now }: KeyedInput): object | Refusal {
  if (validListenKey(account, now) === undefined) return refusals.noListenKey();
  closeListenKey(venue, account, false);
  return {};
}

const keyed = { signed: 'key-only', kind: 'listenKey', weight: 1 } as const;

/** These calls name no key: an account has one at most, and its API key is enough to ask for it. */
export const listenKeyRoutes: readonly (readonly [string, Route])[] = [
  ['POST /fapi/v1/listenKey', { ...keyed, run: open }],
  ['PUT /fapi/v1/listenKey', { ...keyed, run: keepAlive }],
  ['DELETE /fapi/v1/listenKey', { ...keyed, run: close }],
];
