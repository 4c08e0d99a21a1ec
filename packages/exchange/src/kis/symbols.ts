const CURRENCY = 'KRW';

/** `005930` as all else writes symbols: `005930/KRW`. */
export function toSymbol(code: string): string {
  return `${code}/${CURRENCY}`;
}

/** The code of a stock. Only what is of its form is ever put into a request. */
export function toCode(symbol: string): string | undefined {
  return /^([0-9A-Z]{6,7})\/KRW$/.exec(symbol)?.[1];
}
