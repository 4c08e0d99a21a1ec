import { channels } from '@sluice/contracts';
import { type Listener, type Sql, sqlState } from '@sluice/service-runtime';
import { getLogger, withoutJobContext } from '@sluice/telemetry';
import { readEventEnds, readJobEvents, readOpenWriters, readOrderEvents } from '../db/read-live-events.ts';
import { advance, cursorAt, type EventCursor, isGapOver, withWriters } from './event-cursor.ts';
import type { Position } from './event-position.ts';
import { type ToldEvent, tellInOrder } from './tell-live-event.ts';

export type EventReader = {
  /** Up to where everything has been told and nothing else will turn up. */
  position(): Position;
  /** Reads until the stop. Resolves once there is a position to begin from. */
  start(): Promise<void>;
  stop(): Promise<void>;
};

/** A hint may be lost, and job runs give none. */
const lookEveryMs = 500;
/** While somebody who is writing holds a lower number than one that was seen. */
const lookAtGapEveryMs = 25;
/** A hint says that there is something: another read so soon after would find little. */
const betweenLooksMs = 10;
export const eventsPerRead = 250;
/** Nobody should write to the history for so long. */
const warnOfGapAfterMs = 5_000;

const log = getLogger('live');

type Source = 'orders' | 'jobs';

/** The one reader of a gateway, for all its listeners. `tell` gets each event once, in the order it is told. */
export function createEventReader(sql: Sql, listener: Listener, tell: (told: ToldEvent[]) => void): EventReader {
  const cursors: Record<Source, EventCursor> = { orders: cursorAt(0), jobs: cursorAt(0) };
  let stopped = false;
  let failing = false;
  let alarm = Promise.withResolvers<void>();
  let gapSince: number | null = null;
  const wake = (): void => alarm.resolve();
  const ends = [listener.subscribe(channels.liveEvents, wake), listener.onReconnect(wake)];
  let running: Promise<void> | undefined;
  const begun = Promise.withResolvers<void>();

  const position = (): Position => ({ orders: cursors.orders.at, jobs: cursors.jobs.at });

  async function readSource<Row extends { id: number }>(
    source: Source,
    read: (after: number) => Promise<Row[]>,
  ): Promise<{ rows: Row[]; more: boolean; cursor: EventCursor }> {
    const { gap, at } = cursors[source];
    // Before the read: what a transaction that is over has written can be seen from here on.
    const gapOver = gap?.writers != null && isGapOver(gap, await readOpenWriters(sql, source));
    const rows = await read(at);
    const { cursor, told } = advance(
      cursors[source],
      rows.map(({ id }) => id),
      gapOver,
    );
    const asked = cursor.gap?.writers === null;
    return {
      rows: rows.slice(0, told),
      more: rows.length === eventsPerRead && told > 0,
      // After the read: whoever drew a lower number than one of these is writing still, or is over and can be seen.
      cursor: asked ? withWriters(cursor, await readOpenWriters(sql, source)) : cursor,
    };
  }

  async function look(): Promise<{ more: boolean }> {
    const from = position();
    const orders = await readSource('orders', (after) => readOrderEvents(sql, after, eventsPerRead));
    const jobs = await readSource('jobs', (after) => readJobEvents(sql, after, eventsPerRead));
    // All at once, after everything that can fail: what was read is told, or read again.
    cursors.orders = orders.cursor;
    cursors.jobs = jobs.cursor;
    const told = tellInOrder(from, orders.rows, jobs.rows, Date.now());
    if (told.length > 0) tell(told);
    return { more: orders.more || jobs.more };
  }

  async function findBeginning(): Promise<void> {
    const { orders, jobs } = await readEventEnds(sql);
    for (const [source, end] of [
      ['orders', orders],
      ['jobs', jobs],
    ] as const) {
      const writers = await readOpenWriters(sql, source);
      while (!stopped && isWriting(writers, await readOpenWriters(sql, source))) await pause(lookAtGapEveryMs);
      cursors[source] = cursorAt(end);
    }
  }

  function warnOfGap(): void {
    const open = cursors.orders.gap !== null || cursors.jobs.gap !== null;
    if (!open) gapSince = null;
    else if (gapSince === null) gapSince = performance.now();
    else if (performance.now() - gapSince > warnOfGapAfterMs) {
      log.warn('live events wait for a transaction that has written to the history and is not over for %d s', 5);
      gapSince = Number.POSITIVE_INFINITY;
    }
  }

  async function run(): Promise<void> {
    let found = false;
    while (!stopped) {
      alarm = Promise.withResolvers();
      let waitMs = lookEveryMs;
      try {
        if (!found) await findBeginning();
        if (!found) begun.resolve();
        found = true;
        const { more } = await look();
        warnOfGap();
        if (failing) log.info('events can be read again');
        failing = false;
        if (more) waitMs = 0;
        else if (cursors.orders.gap !== null || cursors.jobs.gap !== null) waitMs = lookAtGapEveryMs;
      } catch (error) {
        if (!failing && !stopped) log.warn('events cannot be read (%s)', sqlState(error) ?? 'no connection', error);
        failing = true;
      }
      // Everyone else gets a turn, with the hints that came meanwhile as one.
      await pause(Math.min(waitMs, betweenLooksMs));
      if (waitMs > betweenLooksMs) await Promise.race([alarm.promise, pause(waitMs - betweenLooksMs)]);
    }
  }

  const pauses = new Set<() => void>();
  function pause(ms: number): Promise<void> {
    if (stopped) return Promise.resolve();
    return new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        pauses.delete(end);
        resolve();
      };
      const timer = setTimeout(end, ms);
      pauses.add(end);
    });
  }

  return {
    position,
    start() {
      running ??= withoutJobContext(run);
      return begun.promise;
    },
    async stop() {
      stopped = true;
      for (const end of ends) end();
      for (const end of [...pauses]) end();
      begun.resolve();
      await running;
    },
  };
}

function isWriting(writers: readonly string[], now: readonly string[]): boolean {
  return writers.some((writer) => now.includes(writer));
}
