import type { MarkPrice, PriceEvent } from '@sluice/exchange';
import type { SeenPrice } from '../markets/seen-price.ts';

/**
 * What a stream told and nobody has stored yet, the newest of each symbol. Holds at most one entry per symbol of the
 * venue, whatever is taken out of it.
 */
export class PriceBuffer {
  readonly #last = new Map<string, SeenPrice>();
  readonly #marks = new Map<string, MarkPrice>();

  /** `heardAt` in ms of our clock. */
  add(event: PriceEvent & { kind: 'last' | 'mark' }, heardAt: number): void {
    switch (event.kind) {
      case 'last':
        for (const ticker of event.tickers) {
          if ((this.#last.get(ticker.symbol)?.at ?? 0) > ticker.at) continue;
          // A process that stood still hears old events late: their own time says how old they are.
          this.#last.set(ticker.symbol, { ...ticker, seenAt: Math.min(heardAt, ticker.at) });
        }
        break;
      case 'mark':
        for (const price of event.marks) {
          if ((this.#marks.get(price.symbol)?.at ?? 0) <= price.at) this.#marks.set(price.symbol, price);
        }
        break;
    }
  }

  /** Takes out what is there of some symbols; the rest stays for when somebody uses it. */
  take(symbols: ReadonlySet<string>): { last: SeenPrice[]; marks: MarkPrice[] } {
    return { last: taken(this.#last, symbols), marks: taken(this.#marks, symbols) };
  }

  /** After a gap nothing in here is known to be the newest. */
  clear(): void {
    this.#last.clear();
    this.#marks.clear();
  }
}

function taken<Price>(from: Map<string, Price>, symbols: ReadonlySet<string>): Price[] {
  const prices: Price[] = [];
  for (const symbol of symbols) {
    const price = from.get(symbol);
    if (price === undefined) continue;
    prices.push(price);
    from.delete(symbol);
  }
  return prices;
}
