import { isoInZone } from '@sluice/contracts';
import type { JobFunction, Sql } from '@sluice/service-runtime';
import { captureContext } from '@sluice/telemetry';
import { storeMessages } from '../db/messages.ts';
import { readBalances, readDay, readDenied } from '../db/read-day.ts';
import { readersOf, summariseDay } from '../incidents/summarise-day.ts';
import type { SettingsSource } from '../settings.ts';

const DAY_MS = 86_400_000;

/**
 * Job `send_daily_summary`: what became of each account in the 24 hours up to its time, for whoever owns a strategy there.
 * It is stored like any other message; a run that is made twice for one time stores it once.
 */
export function sendDailySummary({
  sql,
  settings,
  stored,
}: {
  sql: Sql;
  settings: SettingsSource;
  stored: () => void;
}): JobFunction {
  return async ({ slot }) => {
    const since = new Date(slot.getTime() - DAY_MS);
    const { chats, timeZone } = await settings();
    const [rows, denied, balances, before] = await Promise.all([
      readDay(sql, since, slot),
      readDenied(sql, since, slot),
      readBalances(sql, slot),
      readBalances(sql, since),
    ]);
    const figures = rows.map((row) => {
      const more = denied.find(({ account, strategy }) => account === row.account && strategy === row.strategy);
      return { ...row, failed: row.failed + (more?.denied ?? 0) };
    });
    const at = slot.toISOString();
    const day = isoInZone(slot, timeZone).slice(0, 10);
    const carrier = captureContext();
    const messages = [...Map.groupBy(figures, (row) => row.account)].flatMap(([account, ofAccount]) => {
      const readers = readersOf(
        ofAccount.map(({ strategy }) => strategy),
        chats,
      );
      const now = balances.get(account);
      const balanceBefore = before.get(account)?.amount ?? null;
      const of = { account, day, at, currency: now?.currency ?? null, balance: now?.amount ?? null, balanceBefore };
      return [...readers].map(([chat, strategies]) => ({
        source: `daily_summary:${at}:${account}`,
        chat,
        told: summariseDay(
          of,
          ofAccount.filter(({ strategy }) => strategies.includes(strategy)),
        ),
        carrier,
      }));
    });
    const fresh = await storeMessages(sql, messages);
    stored();
    const accounts = new Set(messages.map(({ source }) => source)).size;
    return {
      changed: fresh > 0,
      counts: { accounts, messages: fresh },
      summary: `the day of ${accounts} accounts is told in ${fresh} messages`,
    };
  };
}
