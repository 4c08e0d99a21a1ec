import type { PriceEvent, PriceStream } from '@sluice/exchange';
import { getLogger } from '@sluice/telemetry';
import type { StreamNote } from '../db/price-stream.ts';
import { PriceBuffer } from './price-buffer.ts';

const log = getLogger('price-stream');

/** One venue's price stream as this replica holds it: what it told, and how it is. */
export class VenueStream {
  readonly buffer = new PriceBuffer();
  readonly #venue: string;
  readonly #connected: () => void;
  #stream: PriceStream | undefined;
  #state: StreamNote['state'] = 'connecting';
  #lostAt: number | undefined;
  #everConnected = false;
  #reconnects = 0;
  #reason: string | null = null;
  #unreadable = false;
  #closed = false;

  /** `connected` is called with each connection: what was before it was not heard, and is to be polled. */
  constructor(venue: string, connected: () => void) {
    this.#venue = venue;
    this.#connected = connected;
  }

  /** Asks `watch` for the stream; closed meanwhile, it is closed as soon as it is there. */
  async open(watch: (listener: (event: PriceEvent) => void) => Promise<PriceStream>): Promise<void> {
    const stream = await watch((event) => this.#hear(event));
    if (this.#closed) stream.close();
    else this.#stream = stream;
  }

  close(): void {
    this.#closed = true;
    this.#stream?.close();
  }

  /** How it is, for the record of the venue; counts begin anew with each note. */
  note(): StreamNote {
    const heard = this.#stream?.lastHeardAt ?? null;
    const note: StreamNote = {
      state: this.#state,
      heardAt: heard === null ? null : new Date(heard),
      reconnects: this.#reconnects,
      reason: this.#reason,
    };
    this.#reconnects = 0;
    return note;
  }

  get state(): StreamNote['state'] {
    return this.#state;
  }

  #hear(event: PriceEvent): void {
    if (this.#closed) return;
    switch (event.kind) {
      case 'last':
      case 'mark':
        this.buffer.add(event, Date.now());
        return;
      case 'connected':
        this.#onConnected();
        return;
      case 'lost':
        this.#onLost(event.reason);
        return;
      case 'unreadable':
        // Each second of a changed format would be a line.
        if (!this.#unreadable) log.warn('%s: %s; the poll goes on', this.#venue, event.message);
        this.#unreadable = true;
        return;
    }
  }

  #onConnected(): void {
    if (this.#everConnected) this.#reconnects += 1;
    if (this.#lostAt !== undefined) {
      log.info('prices of %s are heard again after %d s', this.#venue, Math.round((Date.now() - this.#lostAt) / 1_000));
    } else if (!this.#everConnected) log.info('prices of %s are heard as they happen', this.#venue);
    this.#everConnected = true;
    this.#state = 'connected';
    this.#lostAt = undefined;
    this.#unreadable = false;
    this.buffer.clear();
    this.#connected();
  }

  /** Tries that fail after the first are one outage. */
  #onLost(reason: string): void {
    this.#state = 'lost';
    this.#reason = reason;
    if (this.#lostAt !== undefined) return;
    this.#lostAt = Date.now();
    log.warn('prices of %s are not heard (%s); until they are, they come by the poll alone', this.#venue, reason);
  }
}
