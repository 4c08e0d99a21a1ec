import { accountChecks } from './account-checks.ts';
import { marketChecks } from './market-checks.ts';
import { orderChecks } from './order-checks.ts';
import { refusalChecks } from './refusal-checks.ts';
import type { VenueUnderTest } from './venue-under-test.ts';

/** One promise every adapter keeps. `run` rejects where it is not kept, and leaves no order behind either way. */
export type ContractCheck = {
  title: string;
  /** Buys and sells at the market: it costs a fee, and a price. */
  trades?: true;
  run(venue: VenueUnderTest): Promise<void>;
};

/** What order-queue and market-data rely on, whatever the venue: run against the paper exchange and against sandboxes. */
export const contractChecks: readonly ContractCheck[] = [
  ...marketChecks,
  ...accountChecks,
  ...orderChecks,
  ...refusalChecks,
];
