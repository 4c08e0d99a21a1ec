import { type Notification, queues } from '@sluice/contracts';
import { bossDb, type Sql } from '@sluice/service-runtime';
import { getLogger } from '@sluice/telemetry';
import type { PgBoss } from 'pg-boss';
import { type DeadLetter, storeDeadLetter } from '../db/store-dead-letter.ts';
import { beforeDeadline } from './deadline.ts';

/** The part of a body that is kept. */
export const deadLetterBytes = 8_192;
/** The refusal is decided; it does not wait long for being filed. */
const patienceMs = 300;
/** One message an hour for one kind of fault of one sender. */
const foldSeconds = 3_600;

const log = getLogger('dead-letters');

export type DeadLetterOffice = {
  /** Files a refused request and tells a person once an hour. Never rejects. */
  file(letter: DeadLetter, foldKey: string): Promise<void>;
};

export function createDeadLetterOffice({ sql, boss }: { sql: Sql; boss: PgBoss }): DeadLetterOffice {
  const store = async (letter: DeadLetter, foldKey: string): Promise<void> => {
    await storeDeadLetter(sql, letter);
    // Strangers may try tokens all day; that is no reason to wake anyone.
    if (letter.reason === 'unauthenticated') return;
    const key = `alert_unreadable:${letter.strategy ?? ''}:${foldKey}`;
    const notice: Notification = {
      kind: 'alert_unreadable',
      key,
      at: new Date().toISOString(),
      strategy: letter.strategy,
      detail: letter.detail,
    };
    await boss.send(queues.notify, notice, { db: bossDb(sql), singletonKey: key, singletonSeconds: foldSeconds });
  };
  return {
    async file(letter, foldKey) {
      log.warn('alert refused: %s', letter.detail, { reason: letter.reason, strategy: letter.strategy ?? '' });
      try {
        await beforeDeadline(store(letter, foldKey), performance.now() + patienceMs);
      } catch (error) {
        log.warn('the refused alert could not be filed', error);
      }
    },
  };
}
