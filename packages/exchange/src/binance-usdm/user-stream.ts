import type { StreamProtocol } from '../ccxt/user-stream.ts';
import { type Connection, socketOrigin } from './connection.ts';
import { mapUserEvent } from './map-user-event.ts';

/** "This listenKey does not exist." */
const NO_SUCH_KEY = '-1125';

/** USD-M's user data stream: raw frames under a listen key, which lives for an hour after it was last kept alive. */
export function userStreamProtocol(connection: Connection, endpoint: string | null): StreamProtocol {
  const origin = socketOrigin(endpoint);
  return {
    async address() {
      // The key in force is answered again, and lives for another hour.
      const answer = await connection.read((ccxt) => ccxt.fapiPrivatePostListenKey());
      const key = 'listenKey' in answer ? answer.listenKey : undefined;
      if (typeof key !== 'string' || key === '') throw new Error('the exchange answered without a listen key');
      return { url: `${origin}/private/ws?listenKey=${encodeURIComponent(key)}`, key };
    },
    read: (frame) => mapUserEvent(frame, connection.symbols.fromVenue),
    async keepKey() {
      const answer = await connection.ask('read', (ccxt) => ccxt.fapiPrivatePutListenKey());
      if (answer.ok) return 'kept';
      return answer.failure.code === NO_SUCH_KEY ? 'expired' : 'failed';
    },
  };
}
