import {
  type CallCost,
  type CallCosts,
  ExchangeError,
  type RateLimit,
  type RateUsage,
  rateRules,
} from '@sluice/exchange';
import { type Sql, takeRateBudget } from '@sluice/service-runtime';
import { getLogger, withoutJobContext } from '@sluice/telemetry';
import type { AccountConfig, Configuration } from '../configuration/configuration.ts';
import { readRateLimits } from '../db/read-rate-limits.ts';
import { chargesOf, ordersScope, swapCharge, weightScope } from './account-charges.ts';
import type { ClosedScopes } from './closed-scopes.ts';
import type { Level } from './rate-ceiling.ts';
import { type Charge, type LevelledAsk, RateLedger } from './rate-ledger.ts';
import { overAt } from './rate-window.ts';

const log = getLogger('sending');

/** How often the exchanges' limits and closed scopes are read anew. */
const READ_EVERY_MS = 5_000;
/** A store that does not answer grants nothing; it is asked again after this. */
const ASK_AGAIN_MS = 500;
/** The shortest time an address is shut out for, where the exchange does not say. */
const BAN_MS = 120_000;

export type RateBudgetDeps = {
  sql: Sql;
  configuration: () => Configuration;
  closed: ClosedScopes;
  now: () => number;
  /** Called when the exchanges' limits are others than before: what was put off by the old ones need not wait. */
  limitsChanged?: () => void;
};

/**
 * Lets requests leave only as fast as the exchanges' rate limits allow, over all replicas. What the shared budget in
 * Postgres has granted is spent here without a round trip. A process that dies wastes what it held until the end of the
 * window: a twentieth for a minute at most, or of a day's limit some hundred.
 */
export class RateBudget {
  readonly #deps: RateBudgetDeps;
  readonly #ledger = new RateLedger();
  #stated: ReadonlyMap<string, readonly RateLimit[]> = new Map();
  /** The exchange's clock minus ours, by venue. */
  readonly #offsets = new Map<string, number>();
  /** To be asked for with the next statement, by window and level. */
  #asks = new Map<string, LevelledAsk>();
  #asking: Promise<void> | undefined;
  /** The limits as last read, to see a change. */
  #lastRead = '[]';
  readonly #listeners = new Set<() => void>();
  #wake: { at: number; timer: NodeJS.Timeout } | undefined;
  #reading: NodeJS.Timeout | undefined;
  #ending = false;

  constructor(deps: RateBudgetDeps) {
    this.#deps = deps;
  }

  async start(): Promise<void> {
    await this.#read();
    this.#reading = withoutJobContext(() => setInterval(() => void this.refresh(), READ_EVERY_MS));
  }

  /** Reads limits and closed scopes now. Never rejects: what is known stays in use. */
  async refresh(): Promise<void> {
    await this.#read().catch((error) => log.debug('the rate limits cannot be read', error));
  }

  /** Gives back what was not spent, which the others may use in the same window. */
  async stop(): Promise<void> {
    clearInterval(this.#reading);
    clearTimeout(this.#wake?.timer);
    this.#listeners.clear();
    await this.#asking;
    await takeRateBudget(this.#deps.sql, this.#ledger.returnAll()).catch(() => {});
  }

  /** From now on nothing waits for room: a process that stops would be killed in the middle of waiting. */
  endWaits(): void {
    this.#ending = true;
    for (const listener of [...this.#listeners]) listener();
  }

  /** Called when something that had to wait may try again. */
  onRoom(listener: () => void): void {
    this.#listeners.add(listener);
  }

  /** The exchange's clock minus ours, as just measured. */
  setClock(venue: string, offsetMs: number): void {
    this.#offsets.set(venue, offsetMs);
  }

  /**
   * Pays for a request that leaves now. False when it has to wait; the listeners are called when it may try again.
   * `demand`: how many such requests wait.
   */
  tryTake(account: string, cost: CallCost, level: Level, demand = 1): boolean {
    const config = this.#account(account);
    if (config === undefined) return true;
    const closedUntil = this.closedUntil(account, cost.orders.length > 0);
    if (closedUntil !== null) {
      this.#wakeAt(closedUntil);
      return false;
    }
    const offset = this.#offset(config);
    const spent = this.#ledger.spend(this.#charges(account, cost), level, this.#deps.now() + offset, demand);
    if (spent.kind === 'later') this.#wakeAt(spent.at - offset);
    if (spent.kind === 'ask') this.#ask(spent.asks);
    return spent.kind === 'now';
  }

  /** Waits for room so long at most; then throws an {@link ExchangeError}, with nothing sent. */
  async take(account: string, cost: CallCost, level: Level, waitMs: number): Promise<void> {
    const until = this.#deps.now() + waitMs;
    while (!this.tryTake(account, cost, level)) {
      const left = until - this.#deps.now();
      if (left <= 0 || this.#ending) throw noRoom(account);
      await this.#room(left);
    }
  }

  /** Asks for what is about to be needed, so that it is at hand by then. Resolves when the answer is there. */
  async prefetch(account: string, cost: CallCost, level: Level, count: number): Promise<void> {
    const config = this.#account(account);
    if (config === undefined) return;
    const at = this.#deps.now() + this.#offset(config);
    this.#ask(this.#ledger.shortage(this.#charges(account, cost), level, at, count, count).asks);
    await this.asked();
  }

  /**
   * How many such requests could leave now with what is at hand; `moreAt`, ms since the epoch, says from when there is
   * more where all is gone, and is null where more need only be asked for.
   */
  room(account: string, cost: CallCost, level: Level): { count: number; moreAt: number | null } {
    const closedUntil = this.closedUntil(account, cost.orders.length > 0);
    if (closedUntil !== null) return { count: 0, moreAt: closedUntil };
    return this.#roomOf(account, this.#charges(account, cost), level);
  }

  /** What calls of an account cost; null where it is not configured. */
  costs(account: string): CallCosts | null {
    const config = this.#account(account);
    return config === undefined ? null : rateRules(config.venue).costs;
  }

  /** Orders the exchange takes in its shortest window. */
  orderLimit(account: string): number {
    return swapCharge(this.#deps.configuration(), this.#stated, account)?.limit ?? 0;
  }

  /** As `room`, for swaps, which are counted and never sent as such. */
  swapRoom(account: string): { count: number; moreAt: number | null } {
    const charge = swapCharge(this.#deps.configuration(), this.#stated, account);
    return charge === null ? { count: 0, moreAt: null } : this.#roomOf(account, [charge], 'ordinary');
  }

  /** Counts one swap. False where it was begun before the budget could be asked; that asks for it. */
  spendSwap(account: string): boolean {
    const charge = swapCharge(this.#deps.configuration(), this.#stated, account);
    const config = this.#account(account);
    if (charge === null || config === undefined) return true;
    const at = this.#deps.now() + this.#offset(config);
    const spent = this.#ledger.spend([charge], 'ordinary', at);
    // Asked for when the last one at hand is gone: by the time of the next plan there is more.
    const short = spent.kind === 'ask' ? spent.asks : this.#ledger.shortage([charge], 'ordinary', at, 1, 1).asks;
    this.#ask(short);
    return spent.kind === 'now';
  }

  /** Resolves when everything asked for so far is answered. */
  async asked(): Promise<void> {
    await this.#asking;
  }

  /** Until when the exchange wants nothing of the account, ms since the epoch; null when it takes requests. */
  closedUntil(account: string, placing: boolean): number | null {
    const config = this.#account(account);
    if (config === undefined) return null;
    const scopes = placing ? [weightScope(config), ordersScope(account)] : [weightScope(config)];
    return this.#deps.closed.closedUntil(scopes, this.#deps.now());
  }

  /** What an answer of the exchange says of the account's limits and those of its address. */
  observe(account: string, usage: RateUsage): void {
    const config = this.#account(account);
    if (config === undefined) return;
    const offset = this.#offset(config);
    const scopeOf = (kind: 'orders' | 'weight') => (kind === 'weight' ? weightScope(config) : ordersScope(account));
    for (const { kind, windowMs, count } of usage.counts) {
      this.#ledger.observe(scopeOf(kind), windowMs, count, usage.sentAt + offset, usage.receivedAt + offset);
    }
    if (usage.refused === null) return;
    const { kind, banned, message } = usage.refused;
    this.#deps.closed.close(scopeOf(kind), this.#reopensAt(config, usage), banned, message);
  }

  #reopensAt({ venue }: AccountConfig, { refused, counts, receivedAt }: RateUsage): number {
    if (refused?.retryAfterMs != null) return receivedAt + refused.retryAfterMs;
    if (refused?.banned) return receivedAt + BAN_MS;
    const limits = (this.#stated.get(venue) ?? rateRules(venue).limits).filter(({ kind }) => kind === refused?.kind);
    const full = limits.filter((limit) =>
      counts.some((c) => c.kind === limit.kind && c.windowMs === limit.windowMs && c.count >= limit.limit),
    );
    const windowMs = Math.max(1_000, ...(full.length > 0 ? full : limits).map((limit) => limit.windowMs));
    const offset = this.#offsets.get(venue) ?? 0;
    return overAt(Math.floor((receivedAt + offset) / windowMs), windowMs) - offset;
  }

  #roomOf(account: string, charges: Charge[], level: Level): { count: number; moreAt: number | null } {
    const config = this.#account(account);
    if (config === undefined) return { count: 0, moreAt: null };
    const offset = this.#offset(config);
    let count = Number.POSITIVE_INFINITY;
    let moreAt: number | null = null;
    for (const charge of charges) {
      const hand = this.#ledger.atHand(charge, level, this.#deps.now() + offset);
      count = Math.min(count, Math.floor(hand.units / charge.units));
      if (hand.overAt !== null) moreAt = Math.max(moreAt ?? 0, hand.overAt - offset);
    }
    return { count, moreAt };
  }

  #ask(asks: LevelledAsk[]): void {
    for (const ask of asks) {
      const key = `${ask.scope}\n${ask.windowMs}\n${ask.windowNo}\n${ask.level}`;
      const known = this.#asks.get(key);
      if (known === undefined || known.want < ask.want) this.#asks.set(key, ask);
    }
    if (this.#asks.size > 0) this.#asking ??= withoutJobContext(() => this.#askAll());
  }

  async #askAll(): Promise<void> {
    try {
      // The rest of this turn may ask for more: tasks of one plan are added together.
      await new Promise((resolve) => setImmediate(resolve));
      while (this.#asks.size > 0) {
        const asks = [...this.#asks.values()];
        this.#asks = new Map();
        // Asked by the documented limits: where the exchange has stated others meanwhile, whoever waits asks anew.
        if (this.#someUnstated() && (await this.#read())) continue;
        const granted = await takeRateBudget(this.#deps.sql, asks);
        asks.forEach((ask, place) => {
          this.#ledger.grant(ask, granted[place]!);
        });
        this.#tellRoom();
      }
    } catch (error) {
      log.warn('the shared rate budget does not answer; what needs it waits', error);
      this.#asks = new Map();
      this.#wakeAt(this.#deps.now() + ASK_AGAIN_MS);
    } finally {
      this.#asking = undefined;
    }
    this.#ledger.forget(this.#deps.now() - Math.max(0, ...[...this.#offsets.values()].map(Math.abs)));
  }

  #tellRoom(): void {
    for (const listener of this.#listeners) listener();
  }

  #room(withinMs: number): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        this.#listeners.delete(done);
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(done, withinMs);
      this.#listeners.add(done);
    });
  }

  /** One timer, for the first of all moments that something waits for. */
  #wakeAt(at: number): void {
    if (this.#wake !== undefined && this.#wake.at <= at) return;
    clearTimeout(this.#wake?.timer);
    const timer = withoutJobContext(() =>
      setTimeout(
        () => {
          this.#wake = undefined;
          this.#tellRoom();
        },
        Math.max(1, at - this.#deps.now()),
      ),
    );
    this.#wake = { at, timer };
  }

  #charges(account: string, cost: CallCost): Charge[] {
    return chargesOf(this.#deps.configuration(), this.#stated, account, cost);
  }

  #account(name: string): AccountConfig | undefined {
    return this.#deps.configuration().accounts.get(name);
  }

  #offset({ venue }: AccountConfig): number {
    return this.#offsets.get(venue) ?? 0;
  }

  /** Whether an exchange in use has not been read by market-data yet, as far as we know. */
  #someUnstated(): boolean {
    return [...this.#deps.configuration().accounts.values()].some(({ venue }) => !this.#stated.has(venue));
  }

  /** True when limits have changed; whoever waits may try again by then. */
  async #read(): Promise<boolean> {
    const [limits] = await Promise.all([readRateLimits(this.#deps.sql), this.#deps.closed.refresh()]);
    const text = JSON.stringify(limits);
    if (text === this.#lastRead) return false;
    this.#lastRead = text;
    this.#stated = Map.groupBy(limits, ({ venue }) => venue);
    this.#tellRoom();
    this.#deps.limitsChanged?.();
    return true;
  }
}

function noRoom(account: string): ExchangeError {
  const message = `no room in the rate limits of account ${account} or its address`;
  return new ExchangeError({ type: 'rate_limit', action: 'retry', code: null, message, retryAfterMs: null });
}
