import { perpetual } from '../../matching/perpetual.ts';
import type { Refusal } from '../../matching/refusal.ts';
import type { Rules } from '../../matching/rules.ts';
import type { VenueProfile } from '../../matching/venue.ts';
import { checkAlgoFilters, checkOrderFilters } from './filters.ts';
import { refusals } from './refusals.ts';
import { type UsdmSwitches, usdmSwitches } from './switches.ts';
import { usdmSymbols } from './symbols.ts';

const clientIds = /^[.A-Z:/a-z0-9_-]{1,36}$/;

/** The published rule for newClientOrderId and clientAlgoId. */
function checkClientId(id: string): Refusal | undefined {
  if (id.length > 36) return refusals.clientIdTooLong();
  return clientIds.test(id) ? undefined : refusals.badClientId();
}

function closed(code: UsdmSwitches['closedSymbolCode']): Refusal {
  switch (code) {
    case -4140:
      return refusals.symbolNotOpening();
    case -4141:
      return refusals.symbolClosed();
    case -1122:
      return refusals.badSymbolStatus();
  }
}

const rules = (switches: () => UsdmSwitches): Rules => ({
  checkClientId,
  checkSymbolStatus: (market) => (market.status === 'TRADING' ? undefined : closed(switches().closedSymbolCode)),
  /** One-way accounts trade BOTH, hedge accounts LONG or SHORT, and only one-way ones know reduceOnly. */
  checkPositionSide(account, request) {
    if (account.hedge !== (request.positionSide !== 'BOTH')) return refusals.positionSideMismatch();
    return account.hedge && request.reduceOnly ? refusals.notRequired('reduceonly') : undefined;
  },
  checkOrder: checkOrderFilters,
  checkConditional: checkAlgoFilters,
  badSymbol: refusals.badSymbol,
  duplicateClientId: refusals.duplicateClientId,
  wouldTrigger: refusals.wouldTrigger,
  nothingToReduce: refusals.reduceOnlyRejected,
  tooManyOpen: refusals.maxOpenOrders,
  tooManyConditional: refusals.maxStopOrders,
  insufficientFunds: refusals.marginInsufficient,
  wouldTake: refusals.gtxRejected,
  wouldRest: refusals.fokRejected,
  unknownOrder: refusals.unknownOrder,
});

/** Binance USD-M: 200 open orders per symbol and, since 2025-12-29, 200 conditional ones per account. */
export const usdmProfile: VenueProfile<UsdmSwitches> = {
  symbols: usdmSymbols,
  switches: usdmSwitches,
  caps: { openPerSymbol: 200, conditionalPerAccount: 200, conditionalPerSymbol: Number.POSITIVE_INFINITY },
  // The venue's regular fees.
  fees: { maker: '0.0002', taker: '0.0005' },
  defaultLeverage: 20,
  settlement: perpetual,
  rules,
};
