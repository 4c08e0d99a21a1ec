import type { Refusal } from '../../matching/refusal.ts';
import { koreanText } from './korean-clock.ts';
import { refusals } from './refusals.ts';

const LIFE_MS = 86_400_000;
/** Within this long after it was made a token is handed out again. */
const SAME_FOR_MS = 6 * 3_600_000;

interface Issued {
  readonly token: string;
  readonly madeAt: number;
  askedAt: number;
  valid: boolean;
}

/** The access tokens of app keys: one a minute, the same again within six hours, and all of one key valid until they expire. */
export class Tokens {
  readonly #byKey = new Map<string, Issued[]>();
  #made = 0;
  /** How often each key was given one, by request: what its owner is told of each time. */
  readonly issued = new Map<string, number>();

  issue(appKey: string, now: number, everyMs: number): object | Refusal {
    const tokens = this.#byKey.get(appKey) ?? [];
    const last = tokens.at(-1);
    if (last !== undefined && now - last.askedAt < everyMs) return refusals.tokenTooSoon();
    const same = last?.valid && now - last.madeAt < SAME_FOR_MS ? last : undefined;
    const token = same ?? this.#make(appKey, now);
    if (same === undefined) this.#byKey.set(appKey, [...tokens, token]);
    token.askedAt = now;
    this.issued.set(appKey, (this.issued.get(appKey) ?? 0) + 1);
    const expiresAt = token.madeAt + LIFE_MS;
    return {
      access_token: token.token,
      access_token_token_expired: koreanText(expiresAt),
      token_type: 'Bearer',
      expires_in: Math.floor((expiresAt - now) / 1_000),
    };
  }

  /** What is wrong with the token a request carries. */
  check(appKey: string, authorization: string | undefined, now: number): Refusal | undefined {
    const token = /^Bearer (.+)$/.exec(authorization ?? '')?.[1];
    const known = this.#byKey.get(appKey)?.find((one) => one.token === token);
    if (known === undefined) return refusals.badToken();
    return known.valid && now < known.madeAt + LIFE_MS ? undefined : refusals.expiredToken();
  }

  /** Ends all of a key's tokens before their time; false when there are none. */
  expire(appKey: string): boolean {
    const tokens = this.#byKey.get(appKey) ?? [];
    for (const token of tokens) token.valid = false;
    return tokens.length > 0;
  }

  clear(): void {
    this.#byKey.clear();
    this.issued.clear();
  }

  #make(appKey: string, now: number): Issued {
    this.#made += 1;
    return { token: `demo-token-${appKey}-${now}-${this.#made}`, madeAt: now, askedAt: now, valid: true };
  }
}
