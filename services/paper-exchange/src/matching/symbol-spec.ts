/** What a market is built from. Prices and quantities are decimal strings. */
export interface SymbolSpec {
  readonly symbol: string;
  readonly base: string;
  readonly quote: string;
  /** Where the price starts; the price walk stays near it. */
  readonly startPrice: string;
  readonly tickSize: string;
  readonly pricePrecision: number;
  readonly minPrice: string;
  readonly maxPrice: string;
  readonly stepSize: string;
  readonly quantityPrecision: number;
  readonly maxQty: string;
  readonly marketMaxQty: string;
  readonly minNotional: string;
  readonly maxLeverage: number;
}
