import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { Account, Market } from '../../../matching/venue.ts';
import type { VenueEvent } from '../../../matching/venue-event.ts';
import { refuseHandshake } from '../../../serving/refuse-handshake.ts';
import { StreamFaults } from '../../../serving/stream-faults.ts';
import type { VenueStreams } from '../../../serving/venue-streams.ts';
import { miniTicker } from '../http/market-routes.ts';
import type { SpotExchange } from '../spot-exchange.ts';
import { answerRequest } from './answer-request.ts';
import { SpotSocket } from './spot-socket.ts';
import { type UserEvent, userEventNames, userEvents } from './user-events.ts';

/** The WebSocket API, where accounts listen. */
const API = '/ws-api/v3';
/** At the real venue without the prefix, on a host of its own; futures' streams have the same path. */
const TICKERS = '/spot/stream';
const TICKER_STREAM = '!miniTicker@arr';
/** Somebody trades it in every second, so that the stream is never silent. */
const BUSIEST = 'BTCUSDT';

/** Knows who listens, and brings each of the venue's events to them. */
export class SpotStreams implements VenueStreams {
  readonly connections = new Set<SpotSocket>();
  readonly faults = new StreamFaults();
  readonly eventNames = userEventNames;
  readonly #exchange: SpotExchange;
  // Pongs are sent by the socket, which a test can make as deaf as a dead one.
  readonly #sockets = new WebSocketServer({ noServer: true, autoPong: false });
  #moved = new Set<Market>();

  constructor(exchange: SpotExchange) {
    this.#exchange = exchange;
  }

  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): boolean {
    const { pathname } = new URL(request.url ?? '/', 'http://venue');
    if (pathname !== API && pathname !== TICKERS) return false;
    const of = pathname === API ? 'api' : 'market';
    const now = () => this.#exchange.now();
    // Whose a socket of the API will be is not known yet: only a fault of all accounts refuses it.
    const target = of === 'api' ? ({ of: 'user', account: undefined } as const) : ({ of } as const);
    if (this.faults.refusesConnection(target, now())) {
      refuseHandshake(socket, '503 Service Unavailable');
      return true;
    }
    this.#sockets.handleUpgrade(request, socket, head, (client) => {
      const connection = new SpotSocket(client, of, now, (text) =>
        of === 'api' ? this.#answer(connection, text) : { result: null, id: null },
      );
      this.connections.add(connection);
      client.on('close', () => this.connections.delete(connection));
    });
    return true;
  }

  #answer(connection: SpotSocket, text: string): object {
    return answerRequest(this.#exchange, text, (account) => {
      if (this.faults.refusesConnection({ of: 'user', account: account.name }, this.#exchange.now())) connection.cut();
      else connection.account = account;
    });
  }

  publish(event: VenueEvent): void {
    if (event.type === 'price') {
      this.#moved.add(event.market);
      return;
    }
    const now = this.#exchange.now();
    if (event.type === 'order' && event.trade !== undefined && event.order.executed.eq(event.trade.quantity)) {
      this.#exchange.unfilled.firstFilled(event.account, event.order, now);
    }
    const listeners = this.#listenersOf(event.account);
    if (listeners.length === 0) return;
    for (const one of userEvents(event, this.#exchange.venue, now)) this.#deliver(event.account, listeners, one);
  }

  sendPrices(): void {
    const moved = [...this.#moved];
    this.#moved = new Set();
    if (moved.length > 0) this.#sendTickers(moved);
  }

  tick(): void {
    for (const connection of this.connections) connection.keepUp();
    const busiest = this.#exchange.venue.markets.get(BUSIEST);
    if (busiest !== undefined) this.#sendTickers([busiest]);
  }

  reset(): void {
    this.faults.clear();
    for (const connection of this.connections) connection.cut();
  }

  /** The subscription ends, as it does when the venue takes it away; the socket stays. */
  expire(account: Account): boolean {
    const listeners = this.#listenersOf(account);
    const payload = { e: 'eventStreamTerminated', E: this.#exchange.now() };
    this.#deliver(account, listeners, { name: 'eventStreamTerminated', payload });
    for (const listener of listeners) listener.account = undefined;
    return listeners.length > 0;
  }

  userConnections(account?: Account): SpotSocket[] {
    return account === undefined ? [...this.connections].filter((one) => one.of === 'api') : this.#listenersOf(account);
  }

  marketConnections(): SpotSocket[] {
    return [...this.connections].filter((one) => one.of === 'market');
  }

  view(): object {
    return {
      connections: [...this.connections].map(({ of, account, since, sent, frozenUntil }) => ({
        of,
        account: account?.name ?? null,
        since,
        sent,
        frozenUntil,
      })),
    };
  }

  /** By name: the accounts are others after a reset. */
  #listenersOf(account: Account): SpotSocket[] {
    return [...this.connections].filter((one) => one.account?.name === account.name);
  }

  #deliver(account: Account, listeners: readonly SpotSocket[], event: UserEvent): void {
    if (listeners.length === 0) return;
    const json = JSON.stringify({ subscriptionId: 0, event: event.payload });
    this.faults.pass({ of: 'user', account: account.name }, event.name, this.#exchange.now(), () => {
      for (const listener of listeners) listener.send(json);
    });
  }

  #sendTickers(markets: readonly Market[]): void {
    const listeners = this.marketConnections();
    if (listeners.length === 0) return;
    const now = this.#exchange.now();
    const data = markets.map((market) => miniTicker(market, now));
    const json = JSON.stringify({ stream: TICKER_STREAM, data });
    this.faults.pass({ of: 'market' }, 'market', now, () => {
      for (const listener of listeners) listener.send(json);
    });
  }
}
