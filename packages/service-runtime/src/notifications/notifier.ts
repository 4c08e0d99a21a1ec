import { getLogger, withoutJobContext } from '@sluice/telemetry';
import type { Sql } from '../postgres/connect-postgres.ts';

export type Notifier = {
  /**
   * Tells whoever listens on `channel` to look at `id`. Returns at once and never throws: a notification is only
   * latency. Call it after the commit of what it tells of.
   */
  notify(channel: string, id?: string): void;
  /** Resolves when what was handed over so far is sent, or given up. */
  flush(): Promise<void>;
};

/** A payload of 8000 bytes or more is refused by the server. */
const MAX_PAYLOAD_BYTES = 7_900;
/** 2 ms between two flushes: 9,550 commits/s, where a notification inside each commit lets through 425. */
const BETWEEN_FLUSHES_MS = 2;

const log = getLogger('notifier');

/** Sends notifications together, in transactions of their own that do not wait for the disk. */
export function createNotifier(sql: Sql): Notifier {
  let waiting = new Map<string, Set<string>>();
  let running: Promise<void> | undefined;

  const send = async (): Promise<void> => {
    const batch = waiting;
    waiting = new Map();
    try {
      await sendNotifications(sql, batch);
    } catch (error) {
      // Whoever waits looks again by itself within 250 ms.
      log.debug('notifications are lost', error);
    }
  };
  const run = async (): Promise<void> => {
    // The rest of this turn may add more.
    await new Promise((resolve) => setImmediate(resolve));
    while (waiting.size > 0) {
      await send();
      if (waiting.size > 0) await new Promise((resolve) => setTimeout(resolve, BETWEEN_FLUSHES_MS));
    }
    running = undefined;
  };

  return {
    notify(channel, id = '') {
      const ids = waiting.get(channel);
      if (ids) ids.add(id);
      else waiting.set(channel, new Set([id]));
      running ??= withoutJobContext(run);
    },
    async flush() {
      await running;
    },
  };
}

async function sendNotifications(sql: Sql, batch: ReadonlyMap<string, ReadonlySet<string>>): Promise<void> {
  const channels: string[] = [];
  const payloads: string[] = [];
  for (const [channel, ids] of batch) {
    for (const payload of payloadsOf(ids)) {
      channels.push(channel);
      payloads.push(payload);
    }
  }
  // One statement, so that the setting holds for its own commit and costs no round trip. The commit of a notification
  // holds a lock of the whole database; waiting for the disk under it is what makes the difference.
  await sql`
    with setting as materialized (select set_config('synchronous_commit', 'off', true))
    select pg_notify(sent.channel, sent.payload)
      from setting, unnest(${channels}::text[], ${payloads}::text[]) as sent (channel, payload)`;
}

/** Comma-separated ids in as few payloads as fit. */
export function payloadsOf(ids: Iterable<string>): string[] {
  const payloads: string[] = [];
  let current: string[] = [];
  let bytes = 0;
  for (const id of ids) {
    const size = Buffer.byteLength(id) + 1;
    if (current.length > 0 && bytes + size > MAX_PAYLOAD_BYTES) {
      payloads.push(current.join(','));
      current = [];
      bytes = 0;
    }
    current.push(id);
    bytes += size;
  }
  if (current.length > 0) payloads.push(current.join(','));
  return payloads;
}
