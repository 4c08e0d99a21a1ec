/** The kinds of call a fault can be aimed at; single and batch requests are the same kind. */
export const callKinds = [
  'place',
  'cancel',
  'cancelAll',
  'lookup',
  'openOrders',
  'history',
  'trades',
  'balance',
  'positions',
  'settings',
  'rateLimit',
  'listenKey',
  'exchangeInfo',
  'tickers',
  'time',
] as const;
export type CallKind = (typeof callKinds)[number];

/** What a fault does. Order faults apply to one order of a batch, transport faults to the whole HTTP call. */
export const orderFaults = ['refuse', 'late-visibility', 'reject-later'] as const;
export const transportFaults = [
  'drop-before',
  'drop-after',
  'delay',
  'html-200',
  'status',
  'rate-limit-429',
  'ban-418',
  'hang',
] as const;
type OrderFault = (typeof orderFaults)[number];
type TransportFault = (typeof transportFaults)[number];

export interface FaultRule {
  readonly id: number;
  readonly match: {
    readonly account?: string | undefined;
    readonly call?: CallKind | undefined;
    readonly symbol?: string | undefined;
    readonly clientOrderIdPrefix?: string | undefined;
    readonly type?: string | undefined;
  };
  readonly do: OrderFault | TransportFault;
  /** How often it still applies. */
  left: number;
  hits: number;
  /** Chance that a match is hit, 0 to 1; a spared match does not use up `left`. */
  readonly probability: number;
  readonly ms?: number | undefined;
  readonly code?: number | string | undefined;
  readonly msg?: string | undefined;
  readonly status?: number | undefined;
  readonly text?: string | undefined;
  /** Seconds, for 429 and 418. */
  readonly retryAfter?: number | undefined;
  /** `status`, `html-200`: was the request executed all the same? */
  readonly applied: boolean;
}

/** An order as a request names it. */
export interface FaultSubject {
  readonly symbol: string | undefined;
  readonly clientId: string | undefined;
  readonly type: string | undefined;
}

const subjectMatches = (match: FaultRule['match'], subject: FaultSubject): boolean =>
  (match.symbol === undefined || match.symbol === subject.symbol) &&
  (match.type === undefined || match.type === subject.type) &&
  (match.clientOrderIdPrefix === undefined || (subject.clientId ?? '').startsWith(match.clientOrderIdPrefix));

const isOrderFault = (rule: FaultRule): boolean => (orderFaults as readonly string[]).includes(rule.do);

/** The rules in force, oldest first. A rule used up stays listed with its hits until it is taken back. */
export class Faults {
  #rules: FaultRule[] = [];
  #nextId = 1;
  readonly #random: () => number;

  constructor(random: () => number) {
    this.#random = random;
  }

  get active(): boolean {
    return this.#rules.length > 0;
  }

  list(): readonly FaultRule[] {
    return this.#rules;
  }

  add(rule: Omit<FaultRule, 'id' | 'hits'>): FaultRule {
    const added: FaultRule = { ...rule, id: this.#nextId++, hits: 0 };
    this.#rules.push(added);
    return added;
  }

  remove(id?: number): void {
    this.#rules = id === undefined ? [] : this.#rules.filter((rule) => rule.id !== id);
  }

  /** The first transport fault that hits the call, and uses it up by one. Any of a batch's orders makes it match. */
  takeForCall(account: string | undefined, call: CallKind, subjects: readonly FaultSubject[]): FaultRule | undefined {
    return this.#take(false, account, call, subjects);
  }

  /** The first order fault that hits this order. */
  takeForOrder(account: string, call: CallKind, subject: FaultSubject): FaultRule | undefined {
    return this.#take(true, account, call, [subject]);
  }

  #take(
    forOrder: boolean,
    account: string | undefined,
    call: CallKind,
    subjects: readonly FaultSubject[],
  ): FaultRule | undefined {
    for (const rule of this.#rules) {
      const { match } = rule;
      if (rule.left <= 0 || isOrderFault(rule) !== forOrder) continue;
      if (match.account !== undefined && match.account !== account) continue;
      if (match.call !== undefined && match.call !== call) continue;
      if (!subjects.some((subject) => subjectMatches(match, subject))) continue;
      if (rule.probability < 1 && this.#random() >= rule.probability) continue;
      rule.left -= 1;
      rule.hits += 1;
      return rule;
    }
    return undefined;
  }
}
