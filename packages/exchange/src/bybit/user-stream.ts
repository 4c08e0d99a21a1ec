import { createHmac } from 'node:crypto';
import { z } from 'zod';
import type { StreamFrame, StreamProtocol } from '../ccxt/user-stream.ts';
import type { Credentials } from '../exchange.ts';
import { type Connection, socketOrigin } from './connection.ts';
import { mapFill, readExecution, reportOf } from './map-execution.ts';
import { mapOrder } from './map-order.ts';

/** How long what we authenticate with may be on its way, by the exchange's clock. */
const AUTH_VALID_MS = 10_000;
const subscribeFrame = JSON.stringify({ op: 'subscribe', args: ['order.linear', 'execution.linear'] });

const frame = z.object({
  op: z.string().optional(),
  success: z.boolean().optional(),
  ret_msg: z.string().optional(),
  topic: z.string().optional(),
  data: z.array(z.unknown()).optional(),
});

/** The private stream: who we are is said on it, then what we want to hear. */
export function userStreamProtocol(
  connection: Connection,
  credentials: Credentials,
  endpoint: string | null,
): StreamProtocol {
  return {
    address: async () => ({ url: `${socketOrigin(endpoint)}/v5/private`, key: null }),
    subscribe() {
      const expires = String(Math.round(connection.exchangeNow()) + AUTH_VALID_MS);
      const signature = createHmac('sha256', credentials.secret).update(`GET/realtime${expires}`).digest('hex');
      return JSON.stringify({ op: 'auth', args: [credentials.apiKey, expires, signature] });
    },
    // It ends a connection on which its client says nothing for ten minutes; pings of the protocol do not count.
    ping: () => JSON.stringify({ op: 'ping' }),
    read: (text) => mapUserFrame(text, connection.symbols.fromVenue),
  };
}

/** Reads one frame; null where it says nothing to us, such as a pong. */
export function mapUserFrame(
  text: string,
  toCanonical: (venueSymbol: string) => string,
): StreamFrame | readonly StreamFrame[] | null {
  const { data } = frame.safeParse(parsed(text));
  if (data === undefined) return { kind: 'unreadable' };
  if (data.topic === undefined) return answerTo(data.op, data.success !== false, data.ret_msg ?? '');
  const entries = data.data ?? [];
  if (data.topic.startsWith('order')) return entries.map((entry) => orderFrame(entry, toCanonical));
  if (data.topic.startsWith('execution')) return entries.flatMap((entry) => executionFrame(entry, toCanonical) ?? []);
  return null;
}

function answerTo(op: string | undefined, success: boolean, words: string): StreamFrame | null {
  switch (op) {
    case 'auth':
      if (success) return { kind: 'reply', text: subscribeFrame };
      return { kind: 'ended', reason: `the exchange did not take the key: ${words}` };
    case 'subscribe':
      return success ? { kind: 'subscribed' } : { kind: 'ended', reason: `it refused the subscription: ${words}` };
    default:
      return null;
  }
}

function orderFrame(entry: unknown, toCanonical: (venueSymbol: string) => string): StreamFrame {
  const report = mapOrder(entry, toCanonical);
  return report === undefined ? { kind: 'unreadable' } : { kind: 'order', report, fill: null };
}

/** Null for what is no trade: funding is read from the list of executions. */
function executionFrame(entry: unknown, toCanonical: (venueSymbol: string) => string): StreamFrame | null {
  const execution = readExecution(entry);
  if (execution === undefined) return { kind: 'unreadable' };
  const fill = mapFill(execution, toCanonical);
  if (fill === null) return null;
  const report = reportOf(execution, toCanonical);
  return report === null ? { kind: 'unreadable' } : { kind: 'order', report, fill };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
