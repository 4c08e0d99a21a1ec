import { binanceSpotFailures } from './binance-spot-failures.ts';
import { binanceUsdmFailures } from './binance-usdm-failures.ts';
import { bybitFailures } from './bybit-failures.ts';
import type { FailedCall, FailureMarket, FailureRow } from './failure-row.ts';
import { kisFailures } from './kis-failures.ts';

/** Every failure we know the meaning of, by market; within a market the order of the rows is their precedence. */
export const failureTable: readonly FailureRow[] = [
  ...binanceUsdmFailures,
  ...binanceSpotFailures,
  ...bybitFailures,
  ...kisFailures,
];

const rowsOf = Map.groupBy(failureTable, (row) => row.market);

/** The row that says what an answer means, if any does. */
export function findFailureRow(answer: {
  market: FailureMarket;
  call: FailedCall;
  httpStatus: number | null;
  code: string | null;
  message: string | null;
}): FailureRow | undefined {
  return rowsOf
    .get(answer.market)
    ?.find(
      (row) =>
        (row.code === null || row.code === answer.code) &&
        (row.calls === undefined || row.calls.includes(answer.call)) &&
        statusMatches(row.httpStatus, answer.httpStatus) &&
        (row.message === undefined || row.message.test(answer.message ?? '')),
    );
}

function statusMatches(wanted: FailureRow['httpStatus'], status: number | null): boolean {
  switch (wanted) {
    case undefined:
      return true;
    case '5xx':
      return status !== null && status >= 500 && status <= 599;
    default:
      return status === wanted;
  }
}
