import type { Rules } from '../../matching/rules.ts';
import type { VenueProfile } from '../../matching/venue.ts';
import { assets } from './assets.ts';
import { checkOrder, checkStop } from './filters.ts';
import { refusals } from './refusals.ts';
import { type SpotSwitches, spotSwitches } from './switches.ts';
import { spotSymbols } from './symbols.ts';

const clientIds = /^[.A-Z:/a-z0-9_-]{1,36}$/;

const rules = (switches: () => SpotSwitches): Rules => ({
  checkClientId: (id) => (clientIds.test(id) ? undefined : refusals.badClientId()),
  checkSymbolStatus: (market) => (market.status === 'TRADING' ? undefined : refusals.marketClosed()),
  checkPositionSide: () => undefined,
  checkOrder,
  checkConditional: checkStop,
  badSymbol: refusals.badSymbol,
  duplicateClientId: refusals.duplicateOrder,
  wouldTrigger: refusals.wouldTrigger,
  // What is sold is held; there is no reduce-only here.
  nothingToReduce: refusals.insufficientBalance,
  tooManyOpen: () => refusals.filter('MAX_NUM_ORDERS', switches().fullBookCode),
  tooManyConditional: () => refusals.filter('MAX_NUM_ALGO_ORDERS', switches().fullBookCode),
  insufficientFunds: refusals.insufficientBalance,
  wouldTake: refusals.wouldTake,
  wouldRest: refusals.wouldRest,
  unknownOrder: refusals.unknownOrder,
});

/** Binance spot: 200 open orders per symbol, of which 5 may be stops. */
export const spotProfile: VenueProfile<SpotSwitches> = {
  symbols: spotSymbols,
  switches: spotSwitches,
  caps: { openPerSymbol: 200, conditionalPerAccount: Number.POSITIVE_INFINITY, conditionalPerSymbol: 5 },
  // The venue's regular fees.
  fees: { maker: '0.001', taker: '0.001' },
  defaultLeverage: 1,
  settlement: assets,
  rules,
};
