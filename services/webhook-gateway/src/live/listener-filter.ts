import type { LiveEvent, LiveEventType } from '@sluice/contracts';

/** What a listener wants of what it may hear; null is everything. */
export type ListenerFilter = {
  /** With a strategy's token never null. */
  strategies: ReadonlySet<string> | null;
  accounts: ReadonlySet<string> | null;
  symbol: string | null;
  types: ReadonlySet<LiveEventType> | null;
};

/** A job belongs to no strategy, account or symbol: whoever asks for one of these hears of no job. */
export function isWanted(event: LiveEvent, { strategies, accounts, symbol, types }: ListenerFilter): boolean {
  if (types !== null && !types.has(event.type)) return false;
  if (!('order_id' in event)) return strategies === null && accounts === null && symbol === null;
  return (
    (strategies === null || strategies.has(event.strategy)) &&
    (accounts === null || accounts.has(event.account)) &&
    (symbol === null || symbol === event.symbol)
  );
}
