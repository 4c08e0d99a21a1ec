import type { SymbolSpec } from '../../matching/symbol-spec.ts';

type Row = [base: string, start: string, tick: string, step: string, maxQty: string, marketMaxQty: string];

// Filters as the venue lists them. All are quoted in USDT, so that an asset has one market here.
const rows: readonly Row[] = [
  ['BTC', '96000', '0.01', '0.00001', '9000', '120'],
  ['ETH', '3600', '0.01', '0.0001', '9000', '2000'],
  ['SOL', '180', '0.01', '0.001', '90000', '20000'],
  ['XRP', '2.4', '0.0001', '0.1', '9222449', '700000'],
  ['DOGE', '0.36', '0.00001', '1', '9000000', '5000000'],
  ['BNB', '690', '0.01', '0.001', '9000', '1700'],
  ['ADA', '0.95', '0.0001', '0.1', '900000', '500000'],
  ['AVAX', '38', '0.01', '0.01', '90000', '20000'],
  ['LINK', '23', '0.01', '0.01', '90000', '30000'],
  ['LTC', '104', '0.01', '0.001', '90000', '10000'],
  ['DOT', '7.1', '0.001', '0.01', '90000', '70000'],
  ['BCH', '448', '0.1', '0.001', '9000', '2000'],
  ['TRX', '0.25', '0.0001', '0.1', '9000000', '8000000'],
  ['UNI', '13.4', '0.001', '0.01', '90000', '20000'],
  ['ATOM', '6.6', '0.001', '0.01', '90000', '40000'],
  ['NEAR', '5.2', '0.001', '0.1', '900000', '100000'],
  ['SUI', '4.3', '0.0001', '0.1', '922336', '400000'],
  ['APT', '9.1', '0.001', '0.01', '922336', '40000'],
  ['FIL', '5.3', '0.001', '0.01', '90000', '50000'],
  ['PEPE', '0.0000185', '0.00000001', '1', '92141578', '92141578'],
];

const placesOf = (text: string): number => text.split('.')[1]?.length ?? 0;

const spec = ([base, startPrice, tickSize, stepSize, maxQty, marketMaxQty]: Row): SymbolSpec => ({
  symbol: `${base}USDT`,
  base,
  quote: 'USDT',
  startPrice,
  tickSize,
  pricePrecision: placesOf(tickSize),
  minPrice: tickSize,
  maxPrice: '1000000',
  stepSize,
  quantityPrecision: placesOf(stepSize),
  maxQty,
  marketMaxQty,
  minNotional: '5',
  maxLeverage: 1,
});

export const spotSymbols: readonly SymbolSpec[] = rows.map(spec);
