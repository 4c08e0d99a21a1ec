/** The symbols of one exchange market in canonical form; null while no symbol list has been read for it. */
export type VenueSymbols = ReadonlySet<string> | null;

export type SymbolReading = { kind: 'symbol'; symbol: string } | { kind: 'refused'; message: string };

/** What Binance USD-M quotes in. A text ending in none of these is not split: `BTCUSD` is not `BTC/USDT`. */
const quotes = ['USDT', 'USDC', 'BTC'];
const part = /^[\p{L}\p{N}_-]{1,30}$/u;

/**
 * The canonical form, e.g. `BTC/USDT`, of what chart and exchange tools write for a perpetual or spot market:
 * `BTCUSDT`, `BTCUSDT.P`, `BINANCE:BTCUSDT.P`, `BTC/USDT:USDT`, `BTC/USDT`, and of a stock: `005930`, `KRX:005930`. A text that two symbols could be meant by
 * is refused.
 *
 * @param known symbol lists of the strategy's exchange markets; they decide where the quote currency begins.
 */
export function normaliseSymbol(text: string, known: readonly VenueSymbols[]): SymbolReading {
  const written = text.trim().toUpperCase();
  // A chart names its exchange in front. Which exchange trades is the strategy's business, not the chart's.
  const bare = written.replace(/^[A-Z0-9_]+:/, '');
  if (bare.includes('/')) return fromPair(bare, text);
  const ticker = bare.replace(/\.P$/, '');
  if (!part.test(ticker)) return refused(text, 'is not a symbol');
  const listed = listedAs(ticker, known);
  if (listed.size === 1) return { kind: 'symbol', symbol: [...listed][0]! };
  if (listed.size > 1) return refused(text, `can be ${[...listed].join(' or ')}; write it with the slash`);
  const split = quotes.filter((quote) => ticker.length > quote.length && ticker.endsWith(quote));
  if (split.length !== 1) return refused(text, 'does not show where its quote currency begins; write it as BTC/USDT');
  return { kind: 'symbol', symbol: `${ticker.slice(0, -split[0]!.length)}/${split[0]}` };
}

function fromPair(bare: string, text: string): SymbolReading {
  const [pair = '', settle, ...more] = bare.split(':');
  const [base = '', quote = '', ...rest] = pair.split('/');
  if (more.length > 0 || rest.length > 0 || !part.test(base) || !part.test(quote)) {
    return refused(text, 'is not a symbol');
  }
  // `BTC/USD:BTC` is coin-margined and `BTC/USDT:USDT-240628` expires: other contracts, not other spellings.
  if (settle !== undefined && settle !== quote) {
    return refused(text, `is not a perpetual settled in ${quote}, the only kind of contract traded here`);
  }
  return { kind: 'symbol', symbol: `${base}/${quote}` };
}

function listedAs(ticker: string, known: readonly VenueSymbols[]): Set<string> {
  const found = new Set<string>();
  for (const symbols of known) {
    if (symbols === null) continue;
    // Charts write a stock by its code alone.
    if (symbols.has(`${ticker}/KRW`)) found.add(`${ticker}/KRW`);
    for (let at = 1; at < ticker.length; at += 1) {
      const symbol = `${ticker.slice(0, at)}/${ticker.slice(at)}`;
      if (symbols.has(symbol)) found.add(symbol);
    }
  }
  return found;
}

function refused(text: string, why: string): SymbolReading {
  return { kind: 'refused', message: `${JSON.stringify(text.slice(0, 40))} ${why}` };
}
