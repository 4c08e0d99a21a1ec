/**
 * Canonical names (`BTC/USDT`) and the exchange's (`BTCUSDT`). Known markets are looked up; an order for a symbol not yet
 * known still travels under the name the exchange would give it, so that it and not we say "no such symbol".
 */
export type Symbols = {
  use(markets: { symbol: string; adapterMarket: unknown }[]): void;
  toVenue(symbol: string): string;
  fromVenue(venueSymbol: string): string;
};

/** What of a market an adapter wants back through `useMarkets`. */
export type AdapterMarket = { id: string };

/** `quotes` are the ends by which the name of a market that is not known yet is taken apart, longest first. */
export function createSymbols(quotes: readonly string[]): Symbols {
  let venueNames = new Map<string, string>();
  let canonicalNames = new Map<string, string>();
  return {
    use(markets) {
      const pairs = markets.map((market) => [market.symbol, venueNameOf(market)] as const);
      venueNames = new Map(pairs);
      canonicalNames = new Map(pairs.map(([symbol, id]) => [id, symbol]));
    },
    toVenue: (symbol) => venueNames.get(symbol) ?? symbol.replace('/', ''),
    fromVenue: (venueSymbol) => canonicalNames.get(venueSymbol) ?? splitByQuote(venueSymbol, quotes),
  };
}

function venueNameOf(market: { symbol: string; adapterMarket: unknown }): string {
  const known = market.adapterMarket;
  const id = typeof known === 'object' && known !== null && 'id' in known ? known.id : undefined;
  return typeof id === 'string' ? id : market.symbol.replace('/', '');
}

/** A name that ends in none of the quotes, like a dated contract's (`BTCUSDT_261225`), stays what it is. */
function splitByQuote(venueSymbol: string, quotes: readonly string[]): string {
  const quote = quotes.find((candidate) => venueSymbol.endsWith(candidate) && venueSymbol.length > candidate.length);
  return quote === undefined ? venueSymbol : `${venueSymbol.slice(0, -quote.length)}/${quote}`;
}
