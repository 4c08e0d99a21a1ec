import { createHmac, createPrivateKey, sign } from 'node:crypto';
import type { StreamProtocol } from '../ccxt/user-stream.ts';
import type { Credentials } from '../exchange.ts';
import type { Connection } from './connection.ts';
import { accountStreamUrl } from './hosts.ts';
import { mapUserEvent } from './map-user-event.ts';

/**
 * Spot's user data stream: a subscription on the WebSocket API, signed like a request. Listen keys are no more since
 * 2026-02-20. The exchange cuts each connection after 24 hours.
 */
export function userStreamProtocol(
  connection: Connection,
  credentials: Credentials,
  endpoint: string | null,
): StreamProtocol {
  const url = accountStreamUrl(endpoint);
  return {
    address: async () => ({ url, key: credentials.apiKey }),
    subscribe() {
      const params = { apiKey: credentials.apiKey, ...connection.stampedNow() };
      return JSON.stringify({
        id: 'account',
        method: 'userDataStream.subscribe.signature',
        params: { ...params, signature: signatureOf(params, credentials.secret) },
      });
    },
    read: (frame) => mapUserEvent(frame, connection.symbols.fromVenue),
  };
}

/** Over the parameters in alphabetical order. Which of the exchange's three kinds of key it is, the secret itself says. */
function signatureOf(params: Record<string, unknown>, secret: string): string {
  const sorted = Object.entries(params).sort(([a], [b]) => (a < b ? -1 : 1));
  const payload = sorted.map(([name, value]) => `${name}=${String(value)}`).join('&');
  if (!secret.includes('PRIVATE KEY')) return createHmac('sha256', secret).update(payload).digest('hex');
  const key = createPrivateKey(secret);
  const digest = key.asymmetricKeyType === 'ed25519' ? null : 'sha256';
  return sign(digest, Buffer.from(payload), key).toString('base64');
}
