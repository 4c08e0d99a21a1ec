import { z } from 'zod';
import { isListenKeyName } from './stream-address.ts';
import type { StreamConnection } from './stream-connection.ts';

const request = z.object({
  method: z.string(),
  params: z.array(z.union([z.string(), z.boolean()])).optional(),
  id: z.union([z.number(), z.string(), z.null()]).optional(),
});

const MAX_STREAMS = 1_024;

type Listener = Pick<StreamConnection, 'streams' | 'keys' | 'combined'>;

/**
 * Carries out what a client sends on its socket and returns the answer. Like the venue, it does not look whether a
 * stream of that name exists: a misspelt one is acknowledged and stays silent.
 */
export function answerMethod(listener: Listener, text: string): object {
  let parsed: z.output<typeof request>;
  try {
    parsed = request.parse(JSON.parse(text));
  } catch (cause) {
    const syntax = cause instanceof SyntaxError;
    return { error: syntax ? { code: 3, msg: 'Invalid JSON: malformed' } : { code: 2, msg: 'Invalid request' } };
  }
  const { method, params = [], id = null } = parsed;
  const names = params.filter((param) => typeof param === 'string');
  switch (method) {
    case 'SUBSCRIBE':
      if (listener.streams.size + listener.keys.size + names.length > MAX_STREAMS) {
        return { error: { code: 2, msg: `Invalid request: more than ${MAX_STREAMS} streams` }, id };
      }
      for (const name of names) {
        if (isListenKeyName(name)) listener.keys.set(name, { key: name, events: undefined });
        else listener.streams.add(name);
      }
      return { result: null, id };
    case 'UNSUBSCRIBE':
      for (const name of names) {
        listener.keys.delete(name);
        listener.streams.delete(name);
      }
      return { result: null, id };
    case 'LIST_SUBSCRIPTIONS':
      return { result: [...listener.streams, ...listener.keys.keys()], id };
    case 'SET_PROPERTY':
      if (params[0] !== 'combined' || typeof params[1] !== 'boolean') {
        return { error: { code: 0, msg: 'Unknown property' }, id };
      }
      listener.combined = params[1];
      return { result: null, id };
    case 'GET_PROPERTY':
      return params[0] === 'combined'
        ? { result: listener.combined, id }
        : { error: { code: 0, msg: 'Unknown property' }, id };
    default:
      return { error: { code: 2, msg: `Invalid request: unknown method ${method}` }, id };
  }
}
