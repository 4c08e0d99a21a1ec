import type { SymbolSpec } from '../../matching/symbol-spec.ts';

type Row = [
  base: string,
  start: string,
  tick: string,
  pricePrecision: number,
  maxPrice: string,
  step: string,
  quantityPrecision: number,
  maxQty: string,
  marketMaxQty: string,
  minNotional: string,
  maxLeverage: number,
];

// Filters as the venue lists them; a price precision finer than the tick (BTC: 2 against 0.1) is real and
// is why a price can pass the precision check and still be off tick.
const rows: readonly Row[] = [
  ['BTC', '96000', '0.10', 2, '4529764', '0.001', 3, '1000', '120', '100', 125],
  ['ETH', '3600', '0.01', 2, '306177', '0.001', 3, '10000', '2000', '20', 100],
  ['SOL', '180', '0.0100', 4, '6857', '0.01', 2, '1000000', '80000', '5', 100],
  ['XRP', '2.4', '0.0001', 4, '100000', '0.1', 1, '10000000', '2000000', '5', 100],
  ['DOGE', '0.36', '0.000010', 6, '30', '1', 0, '50000000', '30000000', '5', 75],
  ['BNB', '690', '0.010', 3, '100000', '0.01', 2, '100000', '2000', '5', 75],
  ['ADA', '0.95', '0.00010', 5, '200', '1', 0, '2000000', '300000', '5', 75],
  ['AVAX', '38', '0.0010', 4, '10000', '1', 0, '400000', '5000', '5', 75],
  ['LINK', '23', '0.001', 3, '10000', '0.01', 2, '200000', '20000', '20', 75],
  ['LTC', '104', '0.01', 2, '100000', '0.001', 3, '10000', '5000', '20', 75],
  ['DOT', '7.1', '0.001', 3, '100000', '0.1', 1, '500000', '50000', '5', 75],
  ['BCH', '448', '0.01', 2, '100000', '0.001', 3, '10000', '850', '20', 75],
  ['TRX', '0.25', '0.00001', 5, '200', '1', 0, '10000000', '5000000', '5', 75],
  ['UNI', '13.4', '0.0010', 4, '10000', '1', 0, '1000000', '8000', '5', 75],
  ['ATOM', '6.6', '0.001', 3, '100000', '0.01', 2, '1000000', '50000', '5', 75],
  ['NEAR', '5.2', '0.0010', 4, '10000', '1', 0, '1000000', '30000', '5', 75],
  ['SUI', '4.3', '0.000100', 6, '2000', '0.1', 1, '2000000', '250000', '5', 75],
  ['APT', '9.1', '0.00100', 5, '3000', '0.1', 1, '1000000', '40000', '5', 75],
  ['FIL', '5.3', '0.001', 3, '100000', '0.1', 1, '1000000', '60000', '5', 75],
  ['1000PEPE', '0.0185', '0.0000001', 7, '200', '1', 0, '200000000', '60000000', '5', 75],
];

const spec = ([base, start, tick, pp, maxPrice, step, qp, maxQty, marketMax, notional, lev]: Row): SymbolSpec => ({
  symbol: `${base}USDT`,
  base,
  quote: 'USDT',
  startPrice: start,
  tickSize: tick,
  pricePrecision: pp,
  minPrice: tick,
  maxPrice,
  stepSize: step,
  quantityPrecision: qp,
  maxQty,
  marketMaxQty: marketMax,
  minNotional: notional,
  maxLeverage: lev,
});

export const usdmSymbols: readonly SymbolSpec[] = rows.map(spec);
