import { type CallCost, type RateLimit, rateRules } from '@sluice/exchange';
import type { AccountConfig, Configuration } from '../configuration/configuration.ts';
import type { Charge } from './rate-ledger.ts';

/** Names of what limits are counted in; as they stand in the shared table. */
export function ordersScope(account: string): string {
  return `orders ${account}`;
}

/** The address requests leave from, per venue: two exchanges do not add up each other's requests. */
export function weightScope({ venue, egress }: Pick<AccountConfig, 'venue' | 'egress'>): string {
  return `weight ${venue} ${egress}`;
}

/** A call's cost in every window of the exchange it counts in; none for an account that is not configured. */
export function chargesOf(
  configuration: Configuration,
  stated: ReadonlyMap<string, readonly RateLimit[]>,
  account: string,
  cost: CallCost,
): Charge[] {
  const config = configuration.accounts.get(account);
  if (config === undefined) return [];
  const charges: Charge[] = [];
  for (const { kind, windowMs, limit } of limitsOf(stated, config)) {
    const weight = kind === 'weight';
    const units = weight ? cost.weight : (cost.orders.find((order) => order.windowMs === windowMs)?.units ?? 0);
    const scope = weight ? weightScope(config) : ordersScope(account);
    if (units > 0) charges.push({ kind, scope, windowMs, limit, units });
  }
  return charges;
}

/** Swaps have half of the exchange's shortest order window. */
export function swapCharge(
  configuration: Configuration,
  stated: ReadonlyMap<string, readonly RateLimit[]>,
  account: string,
): Charge | null {
  const config = configuration.accounts.get(account);
  if (config === undefined) return null;
  const windows = limitsOf(stated, config).filter(({ kind }) => kind === 'orders');
  const shortest = windows.sort((a, b) => a.windowMs - b.windowMs)[0];
  if (shortest === undefined) return null;
  const { windowMs, limit } = shortest;
  return { kind: 'swaps', scope: `swaps ${account}`, windowMs, limit, units: 1 };
}

function limitsOf(stated: ReadonlyMap<string, readonly RateLimit[]>, { venue }: AccountConfig): RateLimit[] {
  return [...(stated.get(venue) ?? rateRules(venue).limits)];
}
