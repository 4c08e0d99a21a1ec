import type { SymbolSpec } from '../../matching/symbol-spec.ts';

type Row = [
  base: string,
  start: string,
  tick: string,
  priceScale: number,
  step: string,
  quantityPrecision: number,
  maxQty: string,
  marketMaxQty: string,
  maxLeverage: number,
];

// Ticks and steps as the venue lists them; they differ from other venues' for the same coin (SOL: 0.1 against 0.01).
const rows: readonly Row[] = [
  ['BTC', '96000', '0.10', 2, '0.001', 3, '1190', '500', 100],
  ['ETH', '3600', '0.01', 2, '0.01', 2, '7240', '724', 100],
  ['SOL', '180', '0.010', 3, '0.1', 1, '96240', '9800', 100],
  ['XRP', '2.4', '0.0001', 4, '0.1', 1, '9280000', '928000', 75],
  ['DOGE', '0.36', '0.00001', 5, '1', 0, '41000000', '6110000', 75],
  ['BNB', '690', '0.10', 2, '0.01', 2, '12990', '1560', 50],
  ['ADA', '0.95', '0.0001', 4, '1', 0, '8880000', '1320000', 75],
  ['AVAX', '38', '0.0010', 4, '0.1', 1, '160000', '24000', 75],
  ['LINK', '23', '0.001', 3, '0.1', 1, '230000', '35000', 75],
  ['LTC', '104', '0.01', 2, '0.1', 1, '29000', '6500', 75],
  ['DOT', '7.1', '0.0010', 4, '0.1', 1, '620000', '95000', 75],
  ['BCH', '448', '0.05', 2, '0.01', 2, '4300', '650', 50],
  ['TRX', '0.25', '0.00001', 5, '1', 0, '19500000', '3890000', 75],
  ['UNI', '13.4', '0.0010', 4, '0.1', 1, '184000', '35000', 50],
  ['ATOM', '6.6', '0.0010', 4, '0.1', 1, '400000', '58000', 50],
  ['NEAR', '5.2', '0.001', 3, '0.1', 1, '590000', '82000', 50],
  ['SUI', '4.3', '0.00010', 5, '10', 0, '1740000', '330000', 75],
  ['APT', '9.1', '0.0010', 4, '0.01', 2, '420000', '65000', 50],
  ['FIL', '5.3', '0.001', 3, '0.1', 1, '390000', '55000', 50],
  ['1000PEPE', '0.0185', '0.0000001', 7, '100', 0, '252000000', '44000000', 50],
];

const spec = ([base, start, tick, scale, step, precision, maxQty, marketMax, leverage]: Row): SymbolSpec => ({
  symbol: `${base}USDT`,
  base,
  quote: 'USDT',
  startPrice: start,
  tickSize: tick,
  pricePrecision: scale,
  minPrice: tick,
  maxPrice: '1999999.80',
  stepSize: step,
  quantityPrecision: precision,
  maxQty,
  marketMaxQty: marketMax,
  minNotional: '5',
  maxLeverage: leverage,
});

export const bybitSymbols: readonly SymbolSpec[] = rows.map(spec);
