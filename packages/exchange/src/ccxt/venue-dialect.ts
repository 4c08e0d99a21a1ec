import type { Exchange as Ccxt } from 'ccxt';
import type { FailedCall, FailureMarket } from '../classify/failure-row.ts';
import type { Failure, RequestStamp } from '../exchange.ts';
import type { RateUsage } from '../rate-limits.ts';
import type { CallEnd, CcxtCall, CcxtClass } from './ccxt-client.ts';

/** Request parameters as the exchange names them; every value is text, so nothing is rounded on the way. */
export type Params = Record<string, unknown>;

/** What an exchange's own error body says. */
export type Refusal = { code: string; message: string | null };

/** What sets one exchange apart from another below the level of calls; all of it is stateless. */
export type VenueDialect<Client extends Ccxt> = {
  /** Whose rows of the failure table its codes are looked up in. */
  market: FailureMarket;
  ccxtClass: CcxtClass<Client>;
  /** Ends of the exchange's names of its markets, longest first, to guess what a market is that is not known yet. */
  quotes: readonly string[];
  /** The refusal that an answer, or one element of a batch's answer, is; undefined where it is none. */
  refusalOf(data: unknown): Refusal | undefined;
  /** The answers to a batch, one element per order, where they are not the whole answer itself. */
  elementsOf?(data: object): unknown;
  /** The exchange's counts in an answer; null where it gives none. */
  readUsage(
    end: CallEnd,
    failure: Failure | null,
    sentAt: number,
    receivedAt: number,
    call: FailedCall,
  ): RateUsage | null;
  /** The signed instant and its window, on the exchange's clock: it refuses the request once the window has passed. */
  stampParams(stamp: RequestStamp, clockOffsetMs: number): Params;
  readTime: CcxtCall<Client>;
  /** The exchange's clock in the answer to `readTime`, ms since the epoch; NaN where there is none. */
  timeOf(data: object): number;
};
