import { conditionalCount, conditionalCountOfAccount, openCount } from './book.ts';
import type { Refusal } from './refusal.ts';
import type { Account, Venue } from './venue.ts';

export const accountSymbolKey = (account: string, symbol: string): string => `${account} ${symbol}`;

/** MAX_NUM_ORDERS of that account on that symbol: the narrowest setting wins. */
function openCap(venue: Venue, account: Account, symbol: string): number {
  const { caps } = venue;
  return (
    caps.openByAccountAndSymbol.get(accountSymbolKey(account.name, symbol)) ??
    caps.openByAccount.get(account.name) ??
    caps.openBySymbol.get(symbol) ??
    caps.openPerSymbol
  );
}

function symbolFull(venue: Venue, account: Account, symbol: string): boolean {
  const conditional = venue.switches.algoCountsTowardSymbolCap ? conditionalCount(account, symbol) : 0;
  return openCount(account, symbol) + conditional >= openCap(venue, account, symbol);
}

/** Room for one more plain order on the symbol? */
export function checkOpenCap(venue: Venue, account: Account, symbol: string): Refusal | undefined {
  return symbolFull(venue, account, symbol) ? venue.rules.tooManyOpen() : undefined;
}

/** Room for one more conditional order in the account, and on the symbol where those count there too? */
export function checkConditionalCap(venue: Venue, account: Account, symbol: string): Refusal | undefined {
  const cap = venue.caps.conditionalByAccount.get(account.name) ?? venue.caps.conditionalPerAccount;
  if (conditionalCountOfAccount(account) >= cap || conditionalCount(account, symbol) >= venue.caps.conditionalPerSymbol)
    return venue.rules.tooManyConditional();
  if (venue.switches.algoCountsTowardSymbolCap && symbolFull(venue, account, symbol)) return venue.rules.tooManyOpen();
  return undefined;
}
