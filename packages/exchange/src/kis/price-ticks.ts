import type { PriceTickStep } from '../exchange.ts';

/** Stocks of both boards, since 2023-01-25, in won. */
export const stockTicks: PriceTickStep[] = [
  { from: '0', tick: '1' },
  { from: '2000', tick: '5' },
  { from: '5000', tick: '10' },
  { from: '20000', tick: '50' },
  { from: '50000', tick: '100' },
  { from: '200000', tick: '500' },
  { from: '500000', tick: '1000' },
];

/** Exchange-traded funds and notes; a won below 2,000 since 2023-12-18. */
export const fundTicks: PriceTickStep[] = [
  { from: '0', tick: '1' },
  { from: '2000', tick: '5' },
];
