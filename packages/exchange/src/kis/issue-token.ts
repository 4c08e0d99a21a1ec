import { z } from 'zod';
import { type Credentials, ExchangeError } from '../exchange.ts';
import { createHttpClient } from '../http/http-client.ts';
import { readKisAnswer, unreadable } from './connection.ts';
import { kisDomain } from './kis-domain.ts';
import { koreanInstant } from './korean-time.ts';

/** `expiresAt`: ms since the epoch. */
export type IssuedToken = { token: string; expiresAt: number };

const TIMEOUT_MS = 10_000;

const issued = z.object({
  access_token: z.string().min(1),
  expires_in: z.number().positive(),
  access_token_token_expired: z.string().default(''),
});

/**
 * Asks KIS for an access token of an app key. It gives one out once a minute at most, the same one again within six
 * hours, and tells the owner of the key by a message each time. Throws an {@link ExchangeError} without keys in it.
 */
export async function issueKisToken(
  credentials: Credentials,
  endpoint: string | null,
  now: () => number = Date.now,
): Promise<IssuedToken> {
  const http = createHttpClient();
  const askedAt = now();
  try {
    const result = await http.send({
      url: `${kisDomain(endpoint).origin}/oauth2/tokenP`,
      method: 'POST',
      headers: { 'content-type': 'application/json; charset=utf-8' },
      body: JSON.stringify({
        grant_type: 'client_credentials',
        appkey: credentials.apiKey,
        appsecret: credentials.secret,
      }),
      timeoutMs: TIMEOUT_MS,
    });
    if (result.stage === 'answered' && result.status === 200) {
      const token = readToken(result.body, askedAt);
      if (token !== undefined) return token;
    }
    const answer = readKisAnswer(result, 'read');
    const { failure } = answer.ok ? unreadable('read') : answer;
    const message = [credentials.apiKey, credentials.secret].reduce(
      (text, secret) => text.replaceAll(secret, '***'),
      failure.message,
    );
    throw new ExchangeError({ ...failure, message: `no access token: ${message}` });
  } finally {
    http.close();
  }
}

/** A token that is handed out again has the time it had; its own end counts, where it says one. */
function readToken(body: string, askedAt: number): IssuedToken | undefined {
  let data: unknown;
  try {
    data = JSON.parse(body);
  } catch {
    return undefined;
  }
  const { data: read } = issued.safeParse(data);
  if (read === undefined) return undefined;
  const byLength = askedAt + read.expires_in * 1_000;
  // `2026-11-22 09:30:15`, in Korean time.
  const [day = '', time = ''] = read.access_token_token_expired.replaceAll(/[-:]/g, '').split(' ');
  return { token: read.access_token, expiresAt: Math.min(byLength, koreanInstant(day, time) ?? byLength) };
}
