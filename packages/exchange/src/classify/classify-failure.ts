import type { FailureType } from '@sluice/contracts';
import type { Failure } from '../exchange.ts';
import type { FailedCall, FailureMarket, FailureOutcome } from './failure-row.ts';
import { findFailureRow } from './failure-table.ts';
import { retryAfterMs } from './retry-after.ts';

/** All that is known of a failed call. `receivedAt` is in milliseconds since the epoch, by the local clock. */
export type FailedAnswer = {
  market: FailureMarket;
  call: FailedCall;
  /**
   * How far the call came. `before_write`: no byte of it left this machine, which is proof. `after_write`: at least one
   * may have. `answered`: a whole HTTP answer was read.
   */
  stage: 'before_write' | 'after_write' | 'answered';
  httpStatus: number | null;
  /** The exchange's code as text; before an answer, the socket's (`ECONNRESET`) or `timeout`. */
  code: string | null;
  /** The exchange's text, or the body when it is not JSON. */
  message: string | null;
  headers: Readonly<Record<string, string>>;
  /** ccxt's error class, the last thing asked; null when ccxt raised none. */
  errorClass: string | null;
  receivedAt: number;
};

export type ClassifiedFailure = { outcome: FailureOutcome; failure: Failure };

/**
 * What a failed call proves and what to do about it. Stage, code and HTTP status decide; ccxt's class is asked only
 * where a refusal is certain and its reason unknown, because the classes mislead (a full book is BadRequest there, an
 * order-rate limit DDoSProtection, an unknown outcome OperationFailed).
 */
export function classifyFailure(answer: FailedAnswer): ClassifiedFailure {
  switch (answer.stage) {
    case 'before_write':
      return judgeUnsent(answer);
    case 'after_write':
      return judge(answer, 'unresolved', 'network_error', lookUpOrRetry(answer.call), 'no answer to the request');
    case 'answered':
      return judgeAnswered(answer);
  }
}

function judgeUnsent(answer: FailedAnswer): ClassifiedFailure {
  // No code: not the network but our own code or ccxt's gave up before sending. Again would only fail again.
  return answer.code === null
    ? judge(answer, 'refused', 'unknown', 'fail', 'the request could not be built')
    : judge(answer, 'refused', 'network_error', 'retry', 'no connection to the exchange, nothing was sent');
}

function judgeAnswered(answer: FailedAnswer): ClassifiedFailure {
  const row = findFailureRow(answer);
  const fallback = row?.meaning ?? 'the exchange gave no reason';
  if (row !== undefined) {
    const action = row.outcome === 'unresolved' ? lookUpOrRetry(answer.call) : row.action;
    return judge(answer, row.outcome, row.type, action, fallback, row.advice);
  }
  // A JSON code is the exchange's own word that it refused, whatever the number. Without one the answer may come from
  // something in between (a gateway's page, half a body), and a 5xx proves nothing either way.
  const refusal = answer.code !== null && answer.httpStatus !== null && answer.httpStatus < 500;
  if (refusal) {
    const type = typeOfClass(answer.errorClass);
    return judge(answer, 'refused', type, type === 'rate_limit' ? 'retry' : 'fail', fallback);
  }
  const unreadable = `the exchange answered HTTP ${answer.httpStatus} with something that is no order`;
  return judge(answer, 'unresolved', 'network_error', lookUpOrRetry(answer.call), unreadable);
}

/** A write of unknown outcome is looked up; a reading call has no outcome, it is simply asked again. */
function lookUpOrRetry(call: FailedCall): 'resolve' | 'retry' {
  return call === 'place' || call === 'cancel' ? 'resolve' : 'retry';
}

function judge(
  answer: FailedAnswer,
  outcome: FailureOutcome,
  type: FailureType,
  action: Failure['action'],
  ownWords: string,
  advice?: string,
): ClassifiedFailure {
  const code = answer.code ?? (answer.httpStatus === null ? null : `http ${answer.httpStatus}`);
  const words = shownText(answer.message) ?? ownWords;
  const message = advice === undefined ? words : `${words} ${advice}`;
  return { outcome, failure: { type, action, code, message, retryAfterMs: retryAfterMs(answer) } };
}

/** Only ever asked about a refusal, so none of these can turn an unknown outcome into a certain one. */
function typeOfClass(errorClass: string | null): FailureType {
  switch (errorClass) {
    case 'InsufficientFunds':
      return 'insufficient_balance';
    case 'BadSymbol':
      return 'invalid_symbol';
    case 'RateLimitExceeded':
      return 'rate_limit';
    default:
      return 'unknown';
  }
}

// Exchange texts are a sentence; a page of markup is not, and a person reading an alert gains nothing from it.
const LONGEST_MESSAGE = 300;

function shownText(message: string | null): string | null {
  const text = message?.trim() ?? '';
  if (text === '' || text.startsWith('<')) return null;
  return text.length > LONGEST_MESSAGE ? `${text.slice(0, LONGEST_MESSAGE - 1)}…` : text;
}
