/** What a strategy trades; also decides which venues its accounts may be on. */
export const marketTypes = ['SPOT', 'FUTURES', 'SECURITIES'] as const;
export type MarketType = (typeof marketTypes)[number];

/**
 * The exchange markets an account can be on. An account belongs to exactly one, so (account, symbol) names a pair of
 * one order book and one set of limits; the same keys used on two markets are two accounts.
 */
export const venues = {
  'binance-usdm': { marketType: 'FUTURES', title: 'Binance USD-M futures' },
  'binance-spot': { marketType: 'SPOT', title: 'Binance spot' },
  'bybit-linear': { marketType: 'FUTURES', title: 'Bybit USDT perpetuals' },
  kis: { marketType: 'SECURITIES', title: 'Korea Investment & Securities, Korean stocks', accountNumber: true },
} as const satisfies Record<string, { marketType: MarketType; title: string; accountNumber?: true }>;
/** Whether keys of a venue do not say by themselves which account they are of. */
export function needsAccountNumber(venue: VenueName): boolean {
  return 'accountNumber' in venues[venue];
}

export type VenueName = keyof typeof venues;
export const venueNames = Object.keys(venues) as [VenueName, ...VenueName[]];
