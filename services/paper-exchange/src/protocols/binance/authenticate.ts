import { Refusal } from '../../matching/refusal.ts';
import type { Account } from '../../matching/venue.ts';
import type { CallRequest } from '../../serving/answer.ts';
import type { PaperExchange } from '../../serving/paper-exchange.ts';
import type { Parameters } from './parameters.ts';
import { binanceRefusals as refusals } from './refusals.ts';
import { isSignedBy, splitSignature } from './signature.ts';

const DEFAULT_RECV_WINDOW = 5_000;

export const apiKeyOf = (request: CallRequest): string | undefined => request.headers['x-mbx-apikey'];

/** The account an API key belongs to. */
export function accountOfKey(exchange: Pick<PaperExchange, 'venue'>, request: CallRequest): Account | Refusal {
  const key = apiKeyOf(request);
  if (!key) return refusals.badKeyFormat();
  return exchange.venue.accountsByKey.get(key) ?? refusals.rejectedKey();
}

/** Key, signature, then time: what the venue checks before it looks at the call itself. */
export function authenticate(
  exchange: Pick<PaperExchange, 'venue' | 'now'>,
  request: CallRequest,
  params: Parameters,
): { account: Account; timestamp: number; recvWindow: number } | Refusal {
  const account = accountOfKey(exchange, request);
  if (account instanceof Refusal) return account;
  const timestamp = params.integer('timestamp');
  if (timestamp === undefined || timestamp instanceof Refusal) return refusals.mandatory('timestamp');
  const recvWindow = params.integer('recvWindow') ?? DEFAULT_RECV_WINDOW;
  if (recvWindow instanceof Refusal) return recvWindow;
  const { payload, signature } = splitSignature(request.query, request.body);
  if (!signature) return refusals.mandatory('signature');
  if (!isSignedBy(account.secret, payload, signature)) return refusals.badSignature();
  const now = exchange.now();
  if (timestamp >= now + 1_000) return refusals.aheadOfServer();
  if (now - timestamp > recvWindow) return refusals.outsideRecvWindow();
  return { account, timestamp, recvWindow };
}
