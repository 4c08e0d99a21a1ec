import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { Account } from '../../../matching/venue.ts';
import type { VenueEvent } from '../../../matching/venue-event.ts';
import { refuseHandshake } from '../../../serving/refuse-handshake.ts';
import { StreamFaults, type StreamTarget } from '../../../serving/stream-faults.ts';
import type { VenueStreams } from '../../../serving/venue-streams.ts';
import type { UsdmExchange } from '../usdm-exchange.ts';
import { ListenKeys } from './listen-keys.ts';
import { MarketFeed } from './market-feed.ts';
import { parseStreamAddress } from './stream-address.ts';
import { StreamConnection } from './stream-connection.ts';
import { listenKeyExpired, type UserEvent, userEventNames, userEvents } from './user-events.ts';

const marketTarget: StreamTarget = { of: 'market' };
const userTarget = (account: string | undefined): StreamTarget => ({ of: 'user', account });

/** Knows who listens, and brings each of the venue's events to them. */
export class StreamHub implements VenueStreams {
  readonly connections = new Set<StreamConnection>();
  readonly faults = new StreamFaults();
  readonly market: MarketFeed;
  readonly keys = new ListenKeys((account, key, expired) => this.#keyClosed(account, key, expired));
  readonly eventNames = userEventNames;
  readonly #exchange: UsdmExchange;
  // Pongs are sent by the connection, which a test can make as deaf as a dead one.
  readonly #sockets = new WebSocketServer({ noServer: true, autoPong: false });

  constructor(exchange: UsdmExchange) {
    this.#exchange = exchange;
    this.market = new MarketFeed({
      connections: this.connections,
      faults: this.faults,
      markets: () => exchange.venue.markets,
      unroutedToo: () => exchange.venue.switches.unroutedStreams === 'sent',
      now: () => exchange.now(),
    });
  }

  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): boolean {
    const address = parseStreamAddress(request.url ?? '/');
    if (address === undefined) return false;
    const { venue } = this.#exchange;
    const now = () => this.#exchange.now();
    const accounts = [...venue.accounts.values()];
    const owners = address.keys.map(({ key }) => accounts.find((account) => this.keys.valid(account, now()) === key));
    const targets = owners.length === 0 ? [marketTarget] : owners.map((owner) => userTarget(owner?.name));
    if (targets.some((target) => this.faults.refusesConnection(target, now()))) {
      refuseHandshake(socket, '503 Service Unavailable');
    } else if (owners.includes(undefined) && venue.switches.unknownListenKey === 'refused') {
      refuseHandshake(socket, '400 Bad Request');
    } else {
      this.#sockets.handleUpgrade(request, socket, head, (client) => {
        const connection = new StreamConnection(client, address, now);
        this.connections.add(connection);
        client.on('close', () => this.connections.delete(connection));
      });
    }
    return true;
  }

  /** Costs nothing while nobody listens. */
  publish(event: VenueEvent): void {
    if (this.connections.size === 0) return;
    if (event.type === 'price') {
      this.market.priceMoved(event.market);
      return;
    }
    const { account } = event;
    const key = this.keys.valid(account, this.#exchange.now());
    const listeners = key === undefined ? [] : this.#listenersOf(key);
    if (key === undefined || listeners.length === 0) return;
    for (const one of userEvents(event, this.#exchange.venue, this.#exchange.now())) {
      this.#deliver(account, listeners, key, one);
    }
  }

  sendPrices(): void {
    this.market.sendTickers();
  }

  /** Keys past their hour, pings, connections past their day, mark prices. */
  tick(): void {
    this.keys.expire(this.#exchange.now());
    for (const connection of this.connections) connection.keepUp();
    this.market.sendMarkPrices();
  }

  reset(): void {
    this.keys.clear();
    this.faults.clear();
    for (const connection of this.connections) connection.cut();
  }

  expire(account: Account): boolean {
    return this.keys.close(account, true);
  }

  userConnections(account?: Account): StreamConnection[] {
    if (account === undefined) return [...this.connections].filter((one) => one.keys.size > 0);
    const key = this.keys.of(account)?.key;
    return key === undefined ? [] : this.#listenersOf(key);
  }

  marketConnections(): StreamConnection[] {
    return [...this.connections].filter((one) => one.keys.size === 0);
  }

  view(): object {
    const accounts = [...this.#exchange.venue.accounts.values()];
    const ownerOf = (key: string): string | null =>
      accounts.find((account) => this.keys.of(account)?.key === key)?.name ?? null;
    return {
      connections: [...this.connections].map((connection) => ({
        route: connection.route,
        accounts: [...connection.keys.keys()].map(ownerOf),
        streams: [...connection.streams],
        since: connection.since,
        sent: connection.sent,
        received: connection.received,
        frozenUntil: connection.frozenUntil,
      })),
      listenKeys: accounts.flatMap((account) => {
        const listenKey = this.keys.of(account);
        return listenKey === undefined ? [] : [{ account: account.name, ...listenKey }];
      }),
    };
  }

  #keyClosed(account: Account, key: string, expired: boolean): void {
    const listeners = this.#listenersOf(key);
    if (expired) this.#deliver(account, listeners, key, listenKeyExpired(key, this.#exchange.now()));
    else if (this.#exchange.venue.switches.deletedListenKey === 'closes-socket') {
      for (const listener of listeners) listener.close(1000, 'listen key closed');
    }
  }

  #listenersOf(key: string): StreamConnection[] {
    const everywhere = this.#exchange.venue.switches.unroutedStreams === 'sent';
    return [...this.connections].filter(
      (connection) =>
        connection.keys.has(key) && (connection.route === 'private' || (connection.route === 'unrouted' && everywhere)),
    );
  }

  #deliver(account: Account, listeners: readonly StreamConnection[], key: string, event: UserEvent): void {
    if (listeners.length === 0) return;
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
