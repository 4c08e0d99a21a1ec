/**
 * Canonical names (`BTC/USDT`) and Binance's (`BTCUSDT`). Known markets are looked up; an order for a symbol not yet
 * known still travels under the name Binance would give it, so that the exchange and not we say "no such symbol".
 */
export type Symbols = {
  use(markets: { symbol: string; adapterMarket: unknown }[]): void;
  toVenue(symbol: string): string;
  fromVenue(venueSymbol: string): string;
};

/** What of a market this adapter wants back through `useMarkets`. */
export type AdapterMarket = { id: string };

export function createSymbols(): Symbols {
  let venueNames = new Map<string, string>();
  let canonicalNames = new Map<string, string>();
  return {
    use(markets) {
      const pairs = markets.map((market) => [market.symbol, venueNameOf(market)] as const);
      venueNames = new Map(pairs);
      canonicalNames = new Map(pairs.map(([symbol, id]) => [id, symbol]));
    },
    toVenue: (symbol) => venueNames.get(symbol) ?? symbol.replace('/', ''),
    fromVenue: (venueSymbol) => canonicalNames.get(venueSymbol) ?? splitByQuote(venueSymbol),
  };
}

function venueNameOf(market: { symbol: string; adapterMarket: unknown }): string {
  const known = market.adapterMarket;
  const id = typeof known === 'object' && known !== null && 'id' in known ? known.id : undefined;
  return typeof id === 'string' ? id : market.symbol.replace('/', '');
}

// The quotes of perpetual contracts. A dated contract (`BTCUSDT_261225`) ends in none and keeps Binance's name.
const quotes = ['USDT', 'USDC', 'USD1', 'BTC'];

function splitByQuote(venueSymbol: string): string {
  const quote = quotes.find((candidate) => venueSymbol.endsWith(candidate) && venueSymbol.length > candidate.length);
  return quote === undefined ? venueSymbol : `${venueSymbol.slice(0, -quote.length)}/${quote}`;
}
