import { getLogger, withoutJobContext } from '@sluice/telemetry';
import postgres from 'postgres';

export type Listener = {
  /** Calls `handler` with the payload of every notification on `channel`. Returns how to end that. */
  subscribe(channel: string, handler: (payload: string) => void): () => void;
  /** Calls `handler` after the connection was lost and is back: what was notified in between is lost, so look again. */
  onReconnect(handler: () => void): () => void;
  close(): Promise<void>;
};

export type ListenerOptions = {
  applicationName?: string;
  /** How often the connection is tried out, since a dead one looks like a quiet one. Default 10 s. */
  checkEveryMs?: number;
};

const CHECK_TIMEOUT_MS = 5_000;
const FIRST_RETRY_MS = 50;
const LAST_RETRY_MS = 2_000;

const log = getLogger('listener');

/**
 * Listens on `channels` over one connection of its own and keeps it: postgres.js tries once to listen again after a
 * cut and gives up silently when the server is not back yet, so that is done here. Rejects when the first connection
 * cannot be made. `url` has to be a direct address, never a transaction pooler's.
 */
export async function createListener(
  url: string,
  channels: readonly string[],
  options: ListenerOptions = {},
): Promise<Listener> {
  const handlers = new Map<string, Set<(payload: string) => void>>();
  const reconnected = new Set<() => void>();
  for (const channel of channels) handlers.set(channel, new Set());
  let connection: Connection | undefined;
  let closed = false;

  const dispatch = (channel: string, payload: string): void => {
    for (const handler of handlers.get(channel) ?? []) guarded(handler, payload);
  };
  const open = () =>
    withoutJobContext(() => openConnection(url, channels, options.applicationName ?? 'sluice-listen', dispatch, lost));
  const lost = (): void => {
    if (closed || connection === undefined) return;
    connection.destroy();
    connection = undefined;
    log.debug('listening connection lost, connecting again');
    void reopen();
  };
  const reopen = async (): Promise<void> => {
    for (let wait = FIRST_RETRY_MS; !closed; wait = Math.min(wait * 2, LAST_RETRY_MS)) {
      try {
        const opened = await open();
        if (closed) return opened.destroy();
        connection = opened;
        for (const handler of reconnected) guarded(handler, undefined);
        return;
      } catch (error) {
        log.debug('listening connection cannot be made yet', error);
        await new Promise((resolve) => setTimeout(resolve, wait));
      }
    }
  };

  connection = await open();
  const check = setInterval(() => {
    const checked = connection;
    checked?.check(CHECK_TIMEOUT_MS).catch(() => {
      if (checked === connection) lost();
    });
  }, options.checkEveryMs ?? 10_000);
  check.unref();

  return {
    subscribe(channel, handler) {
      const set = handlers.get(channel);
      if (!set) throw new Error(`not listening on ${channel}: name it when the listener is made`);
      set.add(handler);
      return () => set.delete(handler);
    },
    onReconnect(handler) {
      reconnected.add(handler);
      return () => reconnected.delete(handler);
    },
    async close() {
      if (closed) return;
      closed = true;
      clearInterval(check);
      await connection?.end();
    },
  };
}

type Connection = { check(timeoutMs: number): Promise<void>; destroy(): void; end(): Promise<void> };

async function openConnection(
  url: string,
  channels: readonly string[],
  applicationName: string,
  onnotify: (channel: string, payload: string) => void,
  onclose: () => void,
): Promise<Connection> {
  let ready = false;
  const options = {
    max: 1,
    // Neither idleness nor age may end it.
    idle_timeout: 0,
    max_lifetime: null,
    connect_timeout: 5,
    fetch_types: false,
    onnotice: () => {},
    onclose: () => ready && onclose(),
    // Not in the type, but the option that postgres.js' own listen() is made of.
    onnotify,
    connection: { application_name: applicationName },
  };
  const sql = postgres(url, options);
  try {
    const names = channels.map((channel) => `listen "${channel.replaceAll('"', '""')}"`);
    await sql.unsafe(names.length > 0 ? names.join(';') : 'select 1').simple();
    ready = true;
  } catch (error) {
    void sql.end({ timeout: 0 }).catch(() => {});
    throw error;
  }
  return {
    async check(timeoutMs) {
      const timeout = Promise.withResolvers<never>();
      const timer = setTimeout(() => timeout.reject(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
      try {
        await Promise.race([sql`select 1`, timeout.promise]);
      } finally {
        clearTimeout(timer);
      }
    },
    destroy() {
      ready = false;
      void sql.end({ timeout: 0 }).catch(() => {});
    },
    async end() {
      ready = false;
      await sql.end({ timeout: 1 }).catch(() => {});
    },
  };
}

function guarded<T>(handler: (value: T) => void, value: T): void {
  try {
    handler(value);
  } catch (error) {
    log.error('a handler of a notification failed', error);
  }
}
