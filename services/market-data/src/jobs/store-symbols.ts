import type { JobRun, Sql } from '@sluice/service-runtime';
import { selectExposedSymbols } from '../db/exposed-symbols.ts';
import { selectSymbols, upsertSymbols } from '../db/symbols.ts';
import { compareSymbolLists, type ListedSymbol, type SymbolListChanges, shutSymbols } from '../markets/symbol-list.ts';

/**
 * Brings the stored list of a venue to what the exchange says, and warns of symbols with orders that can no longer be
 * sent: whoever compares first finds the change, so each is told once. `first: false` leaves a venue without any list
 * to the job that owns it.
 */
export async function storeSymbols(
  sql: Sql,
  venue: string,
  read: readonly ListedSymbol[],
  { log, first }: { log: JobRun['log']; first: boolean },
): Promise<SymbolListChanges | null> {
  const stored = await selectSymbols(sql, venue);
  if (stored.length === 0 && !first) return null;
  const changes = compareSymbolLists(stored, read);
  if (changes.write.length === 0) return changes;
  await upsertSymbols(sql, venue, changes.write);
  if (stored.length === 0) return changes;

  for (const { symbol, to } of shutSymbols(changes, await selectExposedSymbols(sql, venue))) {
    const what = to === 'closed' ? 'is closed' : 'accepts cancels only';
    log.warn('%s on %s %s: new orders are refused, waiting ones wait; cancels are sent', symbol, venue, what);
  }
  return changes;
}
