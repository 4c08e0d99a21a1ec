import type { Listener, Sql } from '@sluice/service-runtime';
import { getLogger } from '@sluice/telemetry';
import { readEventEnds, readJobEvents, readOrderEvents } from '../db/read-live-events.ts';
import { furthest, type Position, positionText, readPosition, reasonAgainst } from './event-position.ts';
import { createEventReader, type EventReader, eventsPerRead } from './event-reader.ts';
import { isWanted, type ListenerFilter } from './listener-filter.ts';
import { createOutbox, type Outbox } from './outbox.ts';
import { chunkOf, type ToldEvent, tellInOrder } from './tell-live-event.ts';

export type ListenRequest = {
  filter: ListenerFilter;
  /** Of what it heard last; null where it has heard nothing. */
  lastEventId: string | null;
  /** Asked at each heartbeat: whether its token is still one. */
  allowed: () => boolean;
  /** Cuts the connection of a listener that does not even take its last comment. */
  cut: () => void;
};

export type LiveStream = {
  /** What this listener hears, or undefined where there is no room for another. */
  listen(request: ListenRequest): ReadableStream<Uint8Array> | undefined;
  count(): number;
  /** Ends every stream, with a comment, so that its listener goes elsewhere. */
  stop(): Promise<void>;
};

export type LiveStreamOptions = { sql: Sql; listener: Listener; heartbeatMs?: number; maxWaiting?: number };

type Heard = ListenRequest & {
  outbox: Outbox;
  /** Set once it hears what the shared reader tells; null while it catches up. */
  position: Position | null;
};

const heartbeatEveryMs = 15_000;
/** About 2,000 events. The texts are the same for all listeners, so many slow ones take hardly more than one. */
const longestWaiting = 1_024 * 1_024;
const mostListeners = 1_000;
/** How long a listener that catches up may take for a page, and a dropped one for its last comment. */
const takesPageWithinMs = 30_000;
const takesCommentWithinMs = 5_000;
const goneComment = 'connect again with Last-Event-ID and nothing is missed';

const log = getLogger('live');

/** All listeners of this gateway: one reader for all, one bounded outbox each. Nothing is read while nobody listens. */
export function createLiveStream({ sql, listener, heartbeatMs, maxWaiting }: LiveStreamOptions): LiveStream {
  const listeners = new Set<Heard>();
  let reader: EventReader | undefined;
  let stopped = false;
  let pages: Promise<unknown> = Promise.resolve();

  const tell = (told: ToldEvent[]): void => {
    for (const heard of listeners) {
      if (heard.position === null) continue;
      for (const one of told) {
        if (!pass(heard, one)) break;
      }
    }
  };
  /** False when the listener was dropped. */
  const pass = (heard: Heard, { position, event, chunk }: ToldEvent): boolean => {
    const before = heard.position!;
    // One that heard from another gateway may be ahead of this one.
    if (position.orders <= before.orders && position.jobs <= before.jobs) return true;
    const after = furthest(before, position);
    heard.position = after;
    if (event === null || !isWanted(event, heard.filter)) return true;
    const asTold = after.orders === position.orders && after.jobs === position.jobs;
    if (heard.outbox.push(asTold ? chunk : chunkOf(event.type, event, after, Date.now()))) return true;
    drop(heard);
    return false;
  };
  const drop = (heard: Heard): void => {
    log.warn('a listener of live events is dropped: it does not read');
    heard.outbox.finish(`dropped: it did not read for too long; ${goneComment}`);
  };

  const beat = setInterval(() => {
    for (const heard of listeners) {
      if (!heard.allowed()) {
        heard.outbox.finish('ended: the token is not valid any more');
        continue;
      }
      // With the position, so that one that hears little resumes from near the end.
      const id = heard.position === null ? '' : `id: ${positionText(heard.position, Date.now())}\n`;
      if (!heard.outbox.push(`: heartbeat\n${id}\n`)) drop(heard);
    }
  }, heartbeatMs ?? heartbeatEveryMs);

  /** One page at a time for all that catch up: after a restart that may be all of them, and alerts go first. */
  function readPage(from: Position, upTo: Position) {
    const page = pages.then(async () => {
      const orders = await readOrderEvents(sql, from.orders, eventsPerRead, upTo.orders);
      const jobs = await readJobEvents(sql, from.jobs, eventsPerRead, upTo.jobs);
      const last = orders.length < eventsPerRead && jobs.length < eventsPerRead;
      return { told: tellInOrder(from, orders, jobs, Date.now()), last };
    });
    pages = page.catch(() => {});
    return page;
  }

  async function catchUp(heard: Heard, from: Position, reading: EventReader): Promise<void> {
    let position = from;
    while (listeners.has(heard)) {
      const upTo = reading.position();
      const { told, last } = await readPage(position, upTo);
      for (const { event, chunk } of told) {
        if (event !== null && isWanted(event, heard.filter) && !heard.outbox.push(chunk)) return drop(heard);
      }
      position = told.at(-1)?.position ?? position;
      if (last) {
        position = furthest(position, upTo);
        const now = reading.position();
        // In this turn nothing can be told between the comparison and the first it hears of the others.
        if (now.orders === upTo.orders && now.jobs === upTo.jobs) {
          heard.position = position;
          return;
        }
      }
      if (!(await takenWithin(heard.outbox, takesPageWithinMs))) return drop(heard);
    }
  }

  async function join(heard: Heard): Promise<void> {
    reader ??= createEventReader(sql, listener, tell);
    const reading = reader;
    await reading.start();
    if (!listeners.has(heard)) return;
    const ends = await readEventEnds(sql);
    const now = Date.now();
    const at = new Date(now).toISOString();
    const sent = heard.lastEventId === null ? null : readPosition(heard.lastEventId);
    const reason = heard.lastEventId === null ? null : reasonAgainst(sent, ends, ends.keptDays, now);
    const begins = sent === null || reason !== null ? reading.position() : sent.position;
    if (reason !== null) heard.outbox.push(chunkOf('reset', { at, reason }, begins, now));
    heard.outbox.push(chunkOf('ready', { at, retention_days: ends.keptDays }, begins, now));
    if (sent === null || reason !== null) heard.position = begins;
    else await catchUp(heard, begins, reading);
  }

  const leave = (heard: Heard): void => {
    listeners.delete(heard);
    // Whoever comes next begins anew, from what is stored then.
    if (listeners.size > 0) return;
    void reader?.stop();
    reader = undefined;
  };

  return {
    listen(request) {
      if (stopped || listeners.size >= mostListeners) return undefined;
      const outbox = createOutbox({
        maxLength: maxWaiting ?? longestWaiting,
        onClosed: () => {
          leave(heard);
          setTimeout(request.cut, takesCommentWithinMs).unref();
        },
      });
      const heard: Heard = { ...request, outbox, position: null };
      listeners.add(heard);
      // Scattered: what one gateway's stop ends comes to the others at once.
      outbox.push(`retry: ${1_000 + Math.floor(Math.random() * 2_000)}\n\n`);
      join(heard).catch((error) => {
        log.debug('a listener cannot be served', error);
        outbox.finish(`ended: the store does not answer; ${goneComment}`);
      });
      return outbox.body;
    },
    count: () => listeners.size,
    async stop() {
      stopped = true;
      clearInterval(beat);
      const reading = reader;
      for (const heard of [...listeners]) heard.outbox.finish(`ended: this gateway stops; ${goneComment}`);
      await reading?.stop();
    },
  };
}

async function takenWithin(outbox: Outbox, ms: number): Promise<boolean> {
  const late = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => late.resolve(false), ms);
  try {
    return await Promise.race([outbox.drained().then(() => true), late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
