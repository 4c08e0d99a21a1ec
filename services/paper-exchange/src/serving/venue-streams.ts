import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Account } from '../matching/venue.ts';
import type { VenueEvent } from '../matching/venue-event.ts';
import type { StreamFaults } from './stream-faults.ts';

/** One client's socket as the control API sees it. */
export interface OpenStream {
  /** Until then (ms of the venue's clock) the socket is as good as dead: nothing is sent, answered or ponged. */
  frozenUntil: number;
  /** The connection is lost without a word. */
  cut(): void;
  close(code: number, reason: string): void;
}

/** A venue's streams, whatever they look like: who listens, and what brings events to them. */
export interface VenueStreams {
  readonly faults: StreamFaults;
  readonly connections: ReadonlySet<OpenStream>;
  /** The private connections of an account, or of all. */
  userConnections(account?: Account): OpenStream[];
  /** The connections that carry public data only. */
  marketConnections(): OpenStream[];
  /** Sends what happened. */
  publish(event: VenueEvent): void;
  /** Sends what moved prices ask for, once everything that moves with them has. */
  sendPrices(): void;
  /** What depends on time alone; called each second. */
  tick(): void;
  /** Takes a handshake whose address is this venue's; false leaves it to the others. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): boolean;
  /** Back to the start: no faults, and every socket gone. */
  reset(): void;
  /** For the control API. */
  view(): object;
  /** Ends what an account's stream is known by before its time; false when there is none of it. */
  expire(account: Account): boolean;
  /** Names of the events that faults can be aimed at. */
  readonly eventNames: readonly string[];
}
