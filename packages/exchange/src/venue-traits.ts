import type { PlaceableOrderType, VenueName } from '@sluice/contracts';

/** What is the same for every account and symbol of a venue, and what the order path decides by. */
export type VenueTraits = {
  /** An order carries an id of ours, by which it is found, cancelled and never taken in twice. */
  clientOrderIds: boolean;
  /** Orders are taken in only during session hours; an order lives for one day. */
  sessions: boolean;
  /** Leverage and margin mode are set per account and symbol. */
  leverage: boolean;
  /** Where stops wait: in a service of their own, in the symbol's order book, or nowhere on the exchange. */
  conditionalOrders: 'own-service' | 'same-book' | 'none';
  /** What it lists of an account: positions that were traded into, or holdings, the owner's own among them. */
  positions: 'own' | 'holdings';
  /** Order types it has nothing of: refused before anything is planned. */
  lacks?: readonly PlaceableOrderType[];
  /** What happens to an account's orders is told as it happens; otherwise the poll alone tells of it. */
  accountStream: boolean;
  /** Prices are read without an account's keys; otherwise only accounts ask for them. */
  publicPrices: boolean;
  /** Requests carry a token that is issued for the keys and expires. */
  accessTokens: boolean;
};

/** What holds for a venue as such. */
export function venueTraits(venue: VenueName): VenueTraits {
  switch (venue) {
    case 'binance-usdm':
      return {
        clientOrderIds: true,
        sessions: false,
        leverage: true,
        conditionalOrders: 'own-service',
        positions: 'own',
        accountStream: true,
        publicPrices: true,
        accessTokens: false,
      };
    case 'binance-spot':
      return {
        clientOrderIds: true,
        sessions: false,
        leverage: false,
        conditionalOrders: 'same-book',
        positions: 'holdings',
        accountStream: true,
        publicPrices: true,
        accessTokens: false,
      };
    case 'kis':
      return {
        clientOrderIds: false,
        sessions: true,
        leverage: false,
        conditionalOrders: 'same-book',
        positions: 'holdings',
        accountStream: false,
        publicPrices: false,
        accessTokens: true,
        lacks: ['STOP_MARKET'],
      };
    case 'bybit-linear':
      return {
        clientOrderIds: true,
        sessions: false,
        leverage: true,
        conditionalOrders: 'same-book',
        positions: 'own',
        accountStream: true,
        publicPrices: true,
        accessTokens: false,
      };
  }
}
