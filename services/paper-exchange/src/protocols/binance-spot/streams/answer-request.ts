import { z } from 'zod';
import { Refusal } from '../../../matching/refusal.ts';
import type { Account } from '../../../matching/venue.ts';
import { isSignedBy } from '../../binance/signature.ts';
import { refusals } from '../refusals.ts';
import type { SpotExchange } from '../spot-exchange.ts';

const request = z.object({
  id: z.union([z.number(), z.string(), z.null()]).optional(),
  method: z.string(),
  params: z.record(z.string(), z.unknown()).default({}),
});

const DEFAULT_RECV_WINDOW = 5_000;

/** Carries out what a client of the WebSocket API asks for; `subscribe` is told whose events it wants from now on. */
export function answerRequest(exchange: SpotExchange, text: string, subscribe: (account: Account) => void): object {
  let parsed: z.output<typeof request>;
  try {
    parsed = request.parse(JSON.parse(text));
  } catch {
    return refused(null, new Refusal(-1135, 'Invalid JSON Request'));
  }
  const { id = null, method, params } = parsed;
  switch (method) {
    case 'ping':
      return { id, status: 200, result: {} };
    case 'userDataStream.subscribe.signature': {
      const account = authenticate(exchange, params);
      if (account instanceof Refusal) return refused(id, account);
      subscribe(account);
      return { id, status: 200, result: { subscriptionId: 0 } };
    }
    default:
      return refused(id, new Refusal(-1000, `Unknown method ${method}; there is the user data stream alone here.`));
  }
}

/** Signed like a call, but over the parameters in alphabetical order. */
function authenticate(exchange: SpotExchange, params: Record<string, unknown>): Account | Refusal {
  const account = exchange.venue.accountsByKey.get(String(params.apiKey));
  if (account === undefined) return refusals.rejectedKey();
  const { signature, ...signed } = params;
  const payload = Object.keys(signed)
    .sort()
    .map((name) => `${name}=${String(signed[name])}`)
    .join('&');
  if (!isSignedBy(account.secret, payload, String(signature))) return refusals.badSignature();
  const timestamp = Number(params.timestamp);
  const now = exchange.now();
  if (!Number.isInteger(timestamp)) return refusals.mandatory('timestamp');
  if (timestamp >= now + 1_000) return refusals.aheadOfServer();
  if (now - timestamp > Number(params.recvWindow ?? DEFAULT_RECV_WINDOW)) return refusals.outsideRecvWindow();
  return account;
}

const refused = (id: unknown, { code, msg, status }: Refusal): object => ({ id, status, error: { code, msg } });
