import type { FailureType, VenueName } from '@sluice/contracts';
import type { FailureAction } from '../exchange.ts';

/** The markets the failure table knows; spot codes stand in it because the same numbers mean other things there. */
export type FailureMarket = VenueName;

/** What kind of call failed: a cancel's "unknown order" and a placement's are different news. */
export type FailedCall = 'place' | 'cancel' | 'find' | 'read';

/**
 * What a failed call proves.
 * `refused`: it had no effect. `unresolved`: it may have had. `accepted`: an earlier send of ours had the effect, adopt
 * it. `gone`: the exchange knows no such live order.
 */
export type FailureOutcome = 'refused' | 'unresolved' | 'accepted' | 'gone';

/** One line of knowledge: if an answer looks like this, it means that. */
export type FailureRow = {
  market: FailureMarket;
  /** The exchange's code as text; null matches any code and none. */
  code: string | null;
  /** Absent: any status. A number: that one. `5xx`: any of that hundred. */
  httpStatus?: number | '5xx';
  /** Absent: any text. */
  message?: RegExp;
  /** Absent: any call. */
  calls?: readonly FailedCall[];
  type: FailureType;
  outcome: FailureOutcome;
  action: FailureAction;
  /** The exchange's own name for it, or what it says; shown in docs and in test titles. */
  meaning: string;
  /** What a person has to do where the exchange's own text does not say it; a sentence, told behind that text. */
  advice?: string;
  source: FailureSource;
};

/** Where the exchange states it. */
export const failureSources = {
  'usdm-errors': 'https://developers.binance.com/docs/derivatives/usds-margined-futures/error-code',
  'usdm-general': 'https://developers.binance.com/docs/derivatives/usds-margined-futures/general-info',
  'usdm-changes': 'https://developers.binance.com/docs/derivatives/change-log',
  'spot-errors': 'https://github.com/binance/binance-spot-api-docs/blob/master/errors.md',
  'spot-filters': 'https://github.com/binance/binance-spot-api-docs/blob/master/filters.md',
  'spot-rest': 'https://github.com/binance/binance-spot-api-docs/blob/master/rest-api.md',
  'bybit-errors': 'https://bybit-exchange.github.io/docs/v5/error',
  'bybit-rates': 'https://bybit-exchange.github.io/docs/v5/rate-limit',
  'kis-api': 'https://apiportal.koreainvestment.com/faq-error-code',
  'kis-clients':
    'codes seen by published clients: https://github.com/koreainvestment/open-trading-api, python-kis and others',
  /** Our own reading where the exchange is silent: always the careful one. */
  caution: 'no statement of the exchange; read as unproven',
} as const;
export type FailureSource = keyof typeof failureSources;

/** What every refusal of an order itself has in common: it had no effect and sending it again would not help. */
export const final = { outcome: 'refused', action: 'fail' } as const;
/** Refused with proof and worth sending again. */
export const again = { outcome: 'refused', action: 'retry' } as const;
/** Too many open orders: no failure of the order, it waits for a slot and the known limit comes down. */
export const fullBook = { type: 'limit_exceeded', outcome: 'refused', action: 'requeue' } as const;
/** The keys or the account are at fault: every further call would fail the same way. */
export const accountFault = { type: 'unknown', outcome: 'refused', action: 'pause_account' } as const;
/** Nobody knows whether it took effect; only a look-up can tell. */
export const unknownOutcome = { type: 'network_error', outcome: 'unresolved', action: 'resolve' } as const;
