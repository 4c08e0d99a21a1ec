import { Decimal } from 'decimal.js';
import type { SymbolSpec } from '../../matching/symbol-spec.ts';

export type Board = 'kospi' | 'kosdaq';

/** A stock as the lists of the boards have it. */
export interface Stock {
  readonly code: string;
  readonly name: string;
  readonly board: Board;
  readonly group: 'ST' | 'EF';
  /** Won: yesterday's close, which today's limits are reckoned from. */
  readonly base: string;
}

export const stocks: readonly Stock[] = [
  { code: '005930', name: 'SamsungElec', board: 'kospi', group: 'ST', base: '71000' },
  { code: '000660', name: 'SKhynix', board: 'kospi', group: 'ST', base: '182000' },
  { code: '035420', name: 'NAVER', board: 'kospi', group: 'ST', base: '205500' },
  { code: '035720', name: 'Kakao', board: 'kospi', group: 'ST', base: '41250' },
  { code: '069500', name: 'KODEX200', board: 'kospi', group: 'EF', base: '36455' },
  { code: '247540', name: 'EcoproBM', board: 'kosdaq', group: 'ST', base: '158400' },
  { code: '091990', name: 'Celltrion', board: 'kosdaq', group: 'ST', base: '7310' },
  { code: '900140', name: 'LVMC', board: 'kosdaq', group: 'ST', base: '1845' },
];

const stockLadder: readonly (readonly [below: number, tick: string])[] = [
  [2_000, '1'],
  [5_000, '5'],
  [20_000, '10'],
  [50_000, '50'],
  [200_000, '100'],
  [500_000, '500'],
  [Number.POSITIVE_INFINITY, '1000'],
];
const fundLadder = [
  [2_000, '1'],
  [Number.POSITIVE_INFINITY, '5'],
] as const;

/** What a price of this height is a multiple of. */
export function tickAt(stock: Stock, price: Decimal): Decimal {
  const ladder = stock.group === 'EF' ? fundLadder : stockLadder;
  const step = ladder.find(([below]) => price.lt(below));
  return new Decimal(step?.[1] ?? '1');
}

/** The highest and the lowest price of the day: 30 per cent from the base, rounded towards it. */
export function dayLimits(stock: Stock): { up: Decimal; down: Decimal } {
  const base = new Decimal(stock.base);
  const up = base.times('1.3');
  const down = base.times('0.7');
  const upTick = tickAt(stock, up);
  const downTick = tickAt(stock, down);
  return { up: up.div(upTick).floor().times(upTick), down: down.div(downTick).ceil().times(downTick) };
}

export const stockOf = (code: string): Stock | undefined => stocks.find((stock) => stock.code === code);

export const kisSymbols: readonly SymbolSpec[] = stocks.map((stock) => {
  const { up, down } = dayLimits(stock);
  return {
    symbol: stock.code,
    base: stock.code,
    quote: 'KRW',
    startPrice: stock.base,
    // The walk steps by it; what an order may ask for is checked against the ladder.
    tickSize: tickAt(stock, new Decimal(stock.base)).toFixed(),
    pricePrecision: 0,
    minPrice: down.toFixed(),
    maxPrice: up.toFixed(),
    stepSize: '1',
    quantityPrecision: 0,
    maxQty: '1000000000',
    marketMaxQty: '1000000000',
    minNotional: '0',
    maxLeverage: 1,
  };
});
