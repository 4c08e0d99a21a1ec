import { closeListenKey, validListenKey } from '../matching/listen-key.ts';
import type { Account, Venue } from '../matching/venue.ts';
import type { VenueEvent } from '../matching/venue-event.ts';
import { MarketFeed } from './market-feed.ts';
import type { StreamConnection } from './stream-connection.ts';
import { StreamFaults } from './stream-faults.ts';
import { type UserEvent, userEvents } from './user-events.ts';

interface HubExchange {
  readonly venue: Venue;
  now(): number;
}

/** Knows who listens, and brings each of the venue's events to them. */
export class StreamHub {
  readonly connections = new Set<StreamConnection>();
  readonly faults = new StreamFaults();
  readonly market: MarketFeed;
  readonly #exchange: HubExchange;

  constructor(exchange: HubExchange) {
    this.#exchange = exchange;
    this.market = new MarketFeed({
      connections: this.connections,
      faults: this.faults,
      markets: () => exchange.venue.markets,
      unroutedToo: () => exchange.venue.switches.unroutedStreams === 'sent',
      now: () => exchange.now(),
    });
  }

  /** Sends what happened. Costs nothing while nobody listens. */
  publish(event: VenueEvent): void {
    if (this.connections.size === 0) return;
    if (event.type === 'price') {
      this.market.priceMoved(event.market);
      return;
    }
    const { account } = event;
    const key = event.type === 'listen-key-closed' ? event.key : validListenKey(account, this.#exchange.now());
    const listeners = key === undefined ? [] : this.#listenersOf(key);
    if (key === undefined || listeners.length === 0) return;
    for (const one of userEvents(event, this.#exchange.venue, this.#exchange.now())) {
      this.#deliver(account, listeners, key, one);
    }
    const closing = event.type === 'listen-key-closed' && !event.expired;
    if (closing && this.#exchange.venue.switches.deletedListenKey === 'closes-socket') {
      for (const listener of listeners) listener.close(1000, 'listen key closed');
    }
  }

  /** What depends on time alone: keys past their hour, pings, connections past their day, mark prices. Called each second. */
  tick(): void {
    const now = this.#exchange.now();
    for (const account of this.#exchange.venue.accounts.values()) {
      if (account.listenKey !== undefined && now >= account.listenKey.validUntil) {
        closeListenKey(this.#exchange.venue, account, true);
      }
    }
    for (const connection of this.connections) connection.keepUp();
    this.market.sendMarkPrices();
  }

  /** Back to the start: no faults, and every socket gone. */
  reset(): void {
    this.faults.clear();
    for (const connection of this.connections) connection.cut();
  }

  /** The connections on which an account's events go out. */
  userConnections(account: Account): StreamConnection[] {
    const key = account.listenKey?.key;
    return key === undefined ? [] : this.#listenersOf(key);
  }

  #listenersOf(key: string): StreamConnection[] {
    const everywhere = this.#exchange.venue.switches.unroutedStreams === 'sent';
    return [...this.connections].filter(
      (connection) =>
        connection.keys.has(key) && (connection.route === 'private' || (connection.route === 'unrouted' && everywhere)),
    );
  }

  #deliver(account: Account, listeners: readonly StreamConnection[], key: string, event: UserEvent): void {
    const json = JSON.stringify(event.payload);
    const target = { of: 'user', account: account.name } as const;
    this.faults.pass(target, event.name, this.#exchange.now(), () => {
      for (const listener of listeners) {
        const wanted = listener.keys.get(key)?.events;
        if (wanted === undefined || wanted.has(event.name)) listener.send(key, json);
      }
    });
  }
}
