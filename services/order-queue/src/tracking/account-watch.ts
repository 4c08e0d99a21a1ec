import type { AccountEvent, AccountStream, Exchange } from '@sluice/exchange';
import type { Sql } from '@sluice/service-runtime';
import { getLogger, runWithJobTag, withoutJobContext } from '@sluice/telemetry';
import type { StreamFacts } from '../db/account-streams.ts';
import { AccountEvents } from './account-events.ts';
import type { PollDeps } from './poll-account.ts';
import { PollRequests } from './poll-requests.ts';

const log = getLogger('websocket_health_monitor');

const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 30_000;

export type AccountWatchDeps = PollDeps & { sql: Sql; account: string };

/** The user stream of one account while this process holds its lease: opened, followed by polls, and described. */
export class AccountWatch {
  readonly #deps: AccountWatchDeps;
  readonly #events: AccountEvents;
  readonly #polls: PollRequests;
  #opened: { exchange: Exchange; stream: AccountStream } | undefined;
  #opening = false;
  #failures = 0;
  #nextAt = 0;
  #connectedSince: number | null = null;
  #everConnected = false;
  #eventAt: number | null = null;
  #reconnects = 0;
  #reason: string | null = null;
  #stopped = false;

  constructor(deps: AccountWatchDeps) {
    this.#deps = deps;
    const { account, sql, report, announceUnknown, configuration } = deps;
    this.#polls = new PollRequests(deps, account);
    this.#events = new AccountEvents({
      ...{ sql, account, report, announceUnknown },
      installation: () => configuration().installation,
      poll: (symbol) => (symbol === null ? this.#polls.addAll() : this.#polls.add(symbol)),
    });
  }

  /** Opens the stream where there is none, and anew where the account's keys or address have changed. */
  ensure(): void {
    if (this.#opening || this.#stopped || performance.now() < this.#nextAt) return;
    this.#opening = true;
    this.#open()
      .catch((error) => this.#failed(error))
      .finally(() => {
        this.#opening = false;
      });
  }

  reconnect(reason: string): void {
    this.#opened?.stream.reconnect(reason);
  }

  /** What is to be written of it; reconnects are counted once. */
  takeFacts(): StreamFacts {
    const stream = this.#opened?.stream;
    const reconnects = this.#reconnects;
    this.#reconnects = 0;
    return {
      account: this.#deps.account,
      state: stream?.connected ? 'connected' : this.#reason === null ? 'connecting' : 'lost',
      connectedSince: this.#connectedSince,
      heardAt: stream?.lastHeardAt ?? null,
      eventAt: this.#eventAt,
      reconnects,
      reason: this.#reason,
    };
  }

  /** Resolves when nothing more is handed to recording. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#opened?.stream.close();
    this.#events.stop();
    await this.#polls.stop();
  }

  async #open(): Promise<void> {
    const exchange = await this.#deps.exchanges.of(this.#deps.account);
    if (this.#stopped || this.#opened?.exchange === exchange) return;
    // The connection before it was closed, and its stream with it, when it was replaced.
    this.#opened?.stream.close();
    const stream = withoutJobContext(() => exchange.watch((event) => this.#hear(event)));
    this.#opened = { exchange, stream };
    this.#failures = 0;
  }

  #failed(error: unknown): void {
    this.#reason = error instanceof Error ? error.message : String(error);
    this.#nextAt = performance.now() + Math.min(FIRST_RETRY_MS * 2 ** this.#failures, LONGEST_RETRY_MS);
    if (this.#failures === 0) {
      log.warn('the user stream of account %s cannot be opened; trying again: %s', this.#deps.account, this.#reason);
    }
    this.#failures = Math.min(this.#failures + 1, 10);
  }

  #hear(event: AccountEvent): void {
    if (this.#stopped) return;
    if (event.kind !== 'order') runWithJobTag('WS_HEALTH', () => this.#describe(event));
    // What follows from it is the same work as the poll's, and is found under the same tag.
    runWithJobTag('ORDER_UPDATE', () => this.#follow(event));
  }

  #follow(event: AccountEvent): void {
    switch (event.kind) {
      case 'order':
        this.#eventAt = this.#deps.now();
        this.#events.add(event);
        return;
      case 'connected':
      case 'unreadable':
        this.#polls.addAll();
        return;
      case 'lost':
        return;
    }
  }

  #describe(event: Exclude<AccountEvent, { kind: 'order' }>): void {
    const { account, now } = this.#deps;
    switch (event.kind) {
      case 'connected':
        if (this.#everConnected) {
          this.#reconnects += 1;
          log.info('the user stream of account %s is connected again', account);
        }
        this.#everConnected = true;
        this.#connectedSince = now();
        return;
      case 'lost':
        // An exchange that is away is told of once, not at each try.
        if (this.#connectedSince !== null)
          log.warn('the user stream of account %s was lost: %s', account, event.reason);
        this.#connectedSince = null;
        this.#reason = event.reason;
        return;
      case 'unreadable':
        log.warn('the user stream of account %s told of an order in an unknown shape; polling its orders', account);
        return;
    }
  }
}
