import type { Market } from '../../../matching/venue.ts';
import { bestPrices, dayStatistics, markStatistics } from '../../binance/market-view.ts';

export type MarketStreamKind = 'ticker' | 'miniTicker' | 'bookTicker' | 'markPrice' | 'markPrice@1s';

export interface MarketStream {
  readonly kind: MarketStreamKind;
  /** Upper case; undefined for all symbols. */
  readonly symbol: string | undefined;
  /** All symbols in one message, as a list; else a message for each. */
  readonly list: boolean;
}

const ofAll: ReadonlyMap<string, MarketStream> = new Map([
  ['!ticker@arr', { kind: 'ticker', symbol: undefined, list: true }],
  ['!miniTicker@arr', { kind: 'miniTicker', symbol: undefined, list: true }],
  ['!markPrice@arr', { kind: 'markPrice', symbol: undefined, list: true }],
  ['!markPrice@arr@1s', { kind: 'markPrice@1s', symbol: undefined, list: true }],
  ['!bookTicker', { kind: 'bookTicker', symbol: undefined, list: false }],
]);
const kinds: readonly string[] = ['ticker', 'miniTicker', 'bookTicker', 'markPrice', 'markPrice@1s'];

/** What a stream of that name carries, or undefined when there is none of it here. Symbols are lower case. */
export function parseMarketStream(name: string): MarketStream | undefined {
  const found = ofAll.get(name);
  if (found) return found;
  const at = name.indexOf('@');
  const [symbol, kind] = [name.slice(0, at), name.slice(at + 1)];
  if (at < 1 || symbol !== symbol.toLowerCase() || !kinds.includes(kind)) return undefined;
  return { kind: kind as MarketStreamKind, symbol: symbol.toUpperCase(), list: false };
}

/** USD-M, beside 2 for COIN-M: the venue sends both on one connection. */
const USD_M = 1;

/** One symbol's message of a kind. */
export function marketEvent(kind: MarketStreamKind, market: Market, now: number): object {
  const { symbol } = market.spec;
  switch (kind) {
    case 'ticker': {
      const day = dayStatistics(market);
      return {
        e: '24hrTicker',
        E: now,
        s: symbol,
        ps: symbol,
        p: day.change,
        P: day.changePercent,
        w: day.average,
        c: day.last,
        Q: market.spec.stepSize,
        o: day.open,
        h: day.high,
        l: day.low,
        v: '0',
        q: '0',
        O: now - 86_400_000,
        C: now,
        F: 0,
        L: 0,
        n: 0,
        st: USD_M,
      };
    }
    case 'miniTicker': {
      const day = dayStatistics(market);
      return {
        e: '24hrMiniTicker',
        E: now,
        s: symbol,
        ps: symbol,
        c: day.last,
        o: day.open,
        h: day.high,
        l: day.low,
        v: '0',
        q: '0',
        st: USD_M,
      };
    }
    case 'bookTicker': {
      const best = bestPrices(market);
      return {
        e: 'bookTicker',
        u: now,
        E: now,
        T: now,
        s: symbol,
        ps: symbol,
        b: best.bid,
        B: best.quantity,
        a: best.ask,
        A: best.quantity,
        st: USD_M,
      };
    }
    case 'markPrice':
    case 'markPrice@1s': {
      const { mark, fundingRate, nextFunding } = markStatistics(market, now);
      return {
        e: 'markPriceUpdate',
        E: now,
        s: symbol,
        p: mark,
        ap: mark,
        P: mark,
        i: mark,
        r: fundingRate,
        T: nextFunding,
        st: USD_M,
      };
    }
  }
}
