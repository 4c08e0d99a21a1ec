import type { HaltScope } from '@sluice/contracts';

/** One switch in force: it sends nothing new. `name` is empty for `all`. */
export type Halt = { scope: HaltScope; name: string; reason: string };

/** Why a person has stopped a strategy on an account; null when nobody has. The widest switch is named. */
export function haltReason(halts: readonly Halt[], strategy: string, account: string): string | null {
  const of = (scope: HaltScope, name: string) => halts.find((halt) => halt.scope === scope && halt.name === name);
  const all = of('all', '');
  if (all !== undefined) return all.reason;
  const ofStrategy = of('strategy', strategy);
  if (ofStrategy !== undefined) return `strategy ${strategy}: ${ofStrategy.reason}`;
  const ofAccount = of('account', account);
  return ofAccount === undefined ? null : `account ${account}: ${ofAccount.reason}`;
}
