import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { Account, Market } from '../../../matching/venue.ts';
import type { VenueEvent } from '../../../matching/venue-event.ts';
import { refuseHandshake } from '../../../serving/refuse-handshake.ts';
import { StreamFaults } from '../../../serving/stream-faults.ts';
import type { VenueStreams } from '../../../serving/venue-streams.ts';
import type { BybitExchange } from '../bybit-exchange.ts';
import { tickerView } from '../http/market-routes.ts';
import { executionView, type Listed, type OrderStatusText, orderView } from '../http/order-view.ts';
import type { RejectedOrder } from '../order-desk.ts';
import { type BybitAddress, BybitConnection } from './bybit-connection.ts';

const addresses: Readonly<Record<string, BybitAddress>> = { '/v5/private': 'private', '/v5/public/linear': 'public' };

/** Topics of the private stream; each exists for all categories and for one. */
const eventNames = ['order', 'execution'] as const;
type EventName = (typeof eventNames)[number];

/** Private topics of an account, and the tickers. */
export class BybitStreams implements VenueStreams {
  readonly connections = new Set<BybitConnection>();
  readonly faults = new StreamFaults();
  readonly eventNames = eventNames;
  readonly #exchange: BybitExchange;
  readonly #sockets = new WebSocketServer({ noServer: true, autoPong: false });
  #moved = new Set<Market>();

  constructor(exchange: BybitExchange) {
    this.#exchange = exchange;
  }

  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): boolean {
    const address = addresses[new URL(request.url ?? '/', 'http://venue').pathname];
    if (address === undefined) return false;
    // Who a private stream is for is said on it later; a fault aimed at one account cannot refuse the handshake.
    const target = address === 'public' ? ({ of: 'market' } as const) : ({ of: 'user', account: undefined } as const);
    if (this.faults.refusesConnection(target, this.#exchange.now())) {
      refuseHandshake(socket, '503 Service Unavailable');
      return true;
    }
    this.#sockets.handleUpgrade(request, socket, head, (client) => {
      const connection = new BybitConnection(client, address, {
        now: () => this.#exchange.now(),
        accountOf: (key) => this.#exchange.venue.accountsByKey.get(key),
        subscribed: (own, topics) => this.#sendSnapshots(own, topics),
      });
      this.connections.add(connection);
      client.on('close', () => this.connections.delete(connection));
    });
    return true;
  }

  publish(event: VenueEvent): void {
    if (this.connections.size === 0) return;
    switch (event.type) {
      case 'price':
        this.#moved.add(event.market);
        return;
      case 'order': {
        const { account, order, trade } = event;
        const algo = order.algoId === undefined ? undefined : account.algos.get(order.algoId);
        if (trade !== undefined) this.#tell(account, 'execution', this.#execution(account, trade));
        this.#tellOrder(account, { kind: 'order', order, algo });
        return;
      }
      case 'algo':
        // What becomes of the order in the book is told of that order.
        if (event.status === 'TRIGGERING' || event.status === 'FINISHED') return;
        this.#tellOrder(
          event.account,
          { kind: 'waiting', algo: event.algo },
          event.status === 'TRIGGERED' ? 'Triggered' : undefined,
        );
        return;
      case 'balance':
      case 'leverage':
        return;
    }
  }

  /** An order that was acknowledged and then declined. */
  tellRejected(account: Account, rejected: RejectedOrder): void {
    if (this.connections.size > 0) this.#tellOrder(account, { kind: 'rejected', rejected });
  }

  sendPrices(): void {
    const moved = [...this.#moved];
    this.#moved = new Set();
    this.#sendTickers(moved);
  }

  /** Tickers come whether or not anything moved, as elsewhere somebody always trades. */
  tick(): void {
    for (const connection of this.connections) connection.keepUp();
    this.#sendTickers([...this.#exchange.venue.markets.values()]);
  }

  reset(): void {
    this.faults.clear();
    for (const connection of this.connections) connection.cut();
  }

  userConnections(account?: Account): BybitConnection[] {
    return [...this.connections].filter(
      (one) => one.address === 'private' && (account === undefined || one.account?.name === account.name),
    );
  }

  marketConnections(): BybitConnection[] {
    return [...this.connections].filter((one) => one.address === 'public');
  }

  view(): object {
    return {
      connections: [...this.connections].map((connection) => ({
        address: connection.address,
        account: connection.account?.name ?? null,
        topics: [...connection.topics],
        since: connection.since,
        sent: connection.sent,
        received: connection.received,
        frozenUntil: connection.frozenUntil,
      })),
    };
  }

  /** There are no listen keys: who has authenticated stays so. */
  expire(): boolean {
    return false;
  }

  #execution(account: Account, trade: Parameters<typeof executionView>[2]): object {
    return executionView(this.#exchange.venue.markets.get(trade.symbol)!, account, trade);
  }

  #tellOrder(account: Account, listed: Listed, status?: OrderStatusText): void {
    const symbol = symbolOf(listed);
    const market = this.#exchange.venue.markets.get(symbol);
    if (market !== undefined) this.#tell(account, 'order', orderView(market, listed, status));
  }

  #tell(account: Account, name: EventName, entry: object): void {
    const listeners = this.userConnections(account);
    if (listeners.length === 0) return;
    const now = this.#exchange.now();
    for (const topic of [name, `${name}.linear`]) {
      const reached = listeners.filter((one) => one.topics.has(topic));
      if (reached.length === 0) continue;
      const json = JSON.stringify({ id: randomUUID(), topic, creationTime: now, data: [entry] });
      this.faults.pass({ of: 'user', account: account.name }, name, now, () => {
        for (const listener of reached) listener.send(json);
      });
    }
  }

  #sendSnapshots(connection: BybitConnection, topics: readonly string[]): void {
    for (const market of this.#exchange.venue.markets.values()) {
      if (topics.includes(topicOf(market))) connection.send(this.#ticker(market, 'snapshot'));
    }
  }

  #sendTickers(markets: readonly Market[]): void {
    const listeners = this.marketConnections();
    for (const market of markets) {
      const topic = topicOf(market);
      const reached = listeners.filter((one) => one.topics.has(topic));
      if (reached.length === 0) continue;
      const json = this.#ticker(market, 'delta');
      this.faults.pass({ of: 'market' }, 'market', this.#exchange.now(), () => {
        for (const listener of reached) listener.send(json);
      });
    }
  }

  /** A delta names what changed alone: here always the two prices. */
  #ticker(market: Market, type: 'snapshot' | 'delta'): string {
    const all = tickerView(market);
    const data = type === 'snapshot' ? all : { symbol: all.symbol, lastPrice: all.lastPrice, markPrice: all.markPrice };
    return JSON.stringify({ topic: topicOf(market), type, data, cs: 1, ts: this.#exchange.now() });
  }
}

const topicOf = (market: Market): string => `tickers.${market.spec.symbol}`;

function symbolOf(listed: Listed): string {
  if (listed.kind === 'order') return listed.order.symbol;
  return listed.kind === 'waiting' ? listed.algo.symbol : listed.rejected.wish.request.symbol;
}
