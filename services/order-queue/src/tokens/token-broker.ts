import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type AccessTokens, ExchangeError, type Failure, issueAccessToken } from '@sluice/exchange';
import type { Sql } from '@sluice/service-runtime';
import { getLogger } from '@sluice/telemetry';
import { claimIssue, dropToken, endIssue, readToken, writeToken } from '../db/access-tokens.ts';
import { type SealingKey, seal, unseal } from './sealed-token.ts';
import { type AccessToken, ageOf } from './token-age.ts';

const log = getLogger('securities_token_refresh');

/** Issued once a minute at most; a second more, for the difference of clocks. */
const EVERY_MS = 61_000;
/** The venue answers within 10 s or not at all. */
const ANSWER_MS = 12_000;
/** How long a request waits for a token that another one is asking for, and how often it looks. */
const WAIT_MS = 8_000;
const LOOK_EVERY_MS = 250;

type Issue = Parameters<typeof issueAccessToken>[0];

export type TokenBrokerDeps = {
  sql: Sql;
  /** Null where none is configured: then there are no tokens. */
  key: SealingKey | null;
  now: () => number;
  /** Tests shorten it. */
  everyMs?: number;
};

/**
 * The access tokens of all accounts, one per app key for the whole installation: whoever needs one takes what is stored, and
 * one replica at a time asks the venue. A token is looked at before each use, handed out until five minutes before its
 * end, and renewed from six hours after it was issued.
 */
export class TokenBroker {
  readonly #deps: TokenBrokerDeps;
  readonly #everyMs: number;
  readonly #known = new Map<string, AccessToken>();
  /** What is being given up: until it is, the stored one may be the refused one. */
  readonly #dropping = new Map<string, Promise<void>>();
  readonly #renewing = new Map<string, Promise<AccessToken>>();
  /** When a token that is due was last tried to be renewed. */
  readonly #triedAt = new Map<string, number>();

  constructor(deps: TokenBrokerDeps) {
    this.#deps = deps;
    this.#everyMs = deps.everyMs ?? EVERY_MS;
  }

  /** Whether tokens can be kept at all. */
  get hasKey(): boolean {
    return this.#deps.key !== null;
  }

  /** The tokens of one account's keys, for its adapter. */
  of(issue: Issue): AccessTokens {
    const app = appOf(issue);
    return {
      current: async () => (await this.#current(app, issue)).token,
      drop: (token) => this.#drop(app, token),
    };
  }

  /** Renews where it is time to; `kept` where it is not, or where another replica has just done it. */
  async refresh(issue: Issue): Promise<'renewed' | 'kept'> {
    const app = appOf(issue);
    const before = await this.#read(app);
    if (before !== null && ageOf(before, this.#deps.now()) === 'fresh') return 'kept';
    const after = await this.#renew(app, issue, before);
    return after.issuedAt === before?.issuedAt ? 'kept' : 'renewed';
  }

  async #current(app: string, issue: Issue): Promise<AccessToken> {
    await this.#dropping.get(app);
    const token = this.#known.get(app) ?? (await this.#read(app));
    const age = token === null ? 'over' : ageOf(token, this.#deps.now());
    if (token === null || age === 'over') {
      this.#known.delete(app);
      return await this.#renew(app, issue, await this.#read(app));
    }
    this.#known.set(app, token);
    if (age === 'due' && this.#deps.now() >= (this.#triedAt.get(app) ?? 0) + this.#everyMs) {
      this.#triedAt.set(app, this.#deps.now());
      // Nobody waits for it: the one at hand is good for hours.
      void this.#renew(app, issue, token).catch((error) => log.debug('an access token is renewed later', error));
    }
    return token;
  }

  /** Of many callers in this process one goes to the store. */
  #renew(app: string, issue: Issue, before: AccessToken | null): Promise<AccessToken> {
    const running = this.#renewing.get(app);
    if (running !== undefined) return running;
    const renewing = this.#issueOrWait(app, issue, before).finally(() => this.#renewing.delete(app));
    this.#renewing.set(app, renewing);
    return renewing;
  }

  async #issueOrWait(app: string, issue: Issue, before: AccessToken | null): Promise<AccessToken> {
    const { sql, key, now } = this.#deps;
    if (key === null) throw new Error('there is no key to seal access tokens with: set TOKEN_SEALING_KEY');
    const until = now() + WAIT_MS;
    for (;;) {
      const stored = await readToken(sql, app, this.#everyMs);
      const token = this.#open(app, stored.token);
      const isNew = token !== null && token.issuedAt !== before?.issuedAt;
      if (token !== null && (isNew || ageOf(token, now()) === 'fresh')) {
        this.#known.set(app, token);
        return token;
      }
      // What cannot be opened is replaced like what is over; what another has stored since this look is not.
      const replaces = stored.token?.issuedAt ?? null;
      if (await claimIssue(sql, app, { everyMs: this.#everyMs, answerMs: ANSWER_MS, replaces })) {
        return await this.#issue(app, issue, key);
      }
      // One that is due is still good: its successor is not waited for.
      if (token !== null && ageOf(token, now()) === 'due') return token;
      if (now() >= until) throw new ExchangeError(tooSoon(stored.waitMs));
      await sleep(LOOK_EVERY_MS);
    }
  }

  async #issue(app: string, issue: Issue, key: SealingKey): Promise<AccessToken> {
    const { sql, now } = this.#deps;
    try {
      const issued = await issueAccessToken(issue, now);
      const token = { ...issued, issuedAt: now() };
      await writeToken(sql, app, {
        sealed: seal(token.token, app, key),
        sealingKey: key.id,
        hash: hashOf(token.token),
        issuedAt: new Date(token.issuedAt),
        expiresAt: new Date(token.expiresAt),
      });
      this.#known.set(app, token);
      log.info('an access token of %s was issued, good until %s', issue.venue, new Date(token.expiresAt).toISOString());
      return token;
    } catch (error) {
      await endIssue(sql, app).catch(() => {});
      throw error;
    }
  }

  async #read(app: string): Promise<AccessToken | null> {
    return this.#open(app, (await readToken(this.#deps.sql, app, this.#everyMs)).token);
  }

  #open(app: string, stored: Awaited<ReturnType<typeof readToken>>['token']): AccessToken | null {
    const { key } = this.#deps;
    if (stored === null || key === null || stored.sealingKey !== key.id) return null;
    const token = unseal(stored.sealed, app, key);
    if (token === null) return null;
    return { token, issuedAt: stored.issuedAt.getTime(), expiresAt: stored.expiresAt.getTime() };
  }

  #drop(app: string, token: string): void {
    if (this.#known.get(app)?.token === token) this.#known.delete(app);
    const before = this.#dropping.get(app) ?? Promise.resolve();
    const dropping = before
      .then(() => dropToken(this.#deps.sql, app, hashOf(token)))
      .then((first) => {
        if (first) log.warn('an access token was refused before its time and is given up');
      })
      .catch((error) => log.debug('a refused access token could not be given up', error))
      .finally(() => {
        if (this.#dropping.get(app) === dropping) this.#dropping.delete(app);
      });
    this.#dropping.set(app, dropping);
  }
}

/** A token belongs to an app key at an origin; neither the key nor the token is ever in the table as it is. */
function appOf({ venue, credentials, endpoint }: Issue): string {
  return hashOf(`${venue}\n${endpoint ?? ''}\n${credentials.apiKey}`);
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function tooSoon(waitMs: number): Failure {
  const seconds = Math.ceil(waitMs / 1_000);
  return {
    type: 'rate_limit',
    action: 'retry',
    code: null,
    message: `no access token: the exchange gives one a minute, the next in ${seconds} s`,
    retryAfterMs: Math.ceil(waitMs),
  };
}
