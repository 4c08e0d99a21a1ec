import type { Account } from '../../matching/venue.ts';
import { StreamFaults } from '../../serving/stream-faults.ts';
import type { VenueStreams } from '../../serving/venue-streams.ts';
import type { Tokens } from './tokens.ts';

/** Of a venue that tells nothing by itself: what happened is asked for. What an account is known by are its tokens. */
export class NoStreams implements VenueStreams {
  readonly faults = new StreamFaults();
  readonly #tokens: Tokens;
  readonly connections = new Set<never>();
  readonly eventNames: readonly string[] = [];

  constructor(tokens: Tokens) {
    this.#tokens = tokens;
  }

  userConnections(): [] {
    return [];
  }
  marketConnections(): [] {
    return [];
  }
  publish(): void {}
  sendPrices(): void {}
  tick(): void {}
  upgrade(): boolean {
    return false;
  }
  reset(): void {
    this.faults.clear();
  }
  view(): object {
    return { streams: [] };
  }
  expire(account: Account): boolean {
    return this.#tokens.expire(account.key);
  }
}
