/** Faults that stay in force for a time or for a number of events. */
export const lastingStreamFaults = ['refuse', 'silence', 'drop', 'delay', 'duplicate', 'reorder'] as const;
type LastingStreamFault = (typeof lastingStreamFaults)[number];

/** Whose streams: one account's, every account's, or those of the market. */
export type StreamTarget =
  | { readonly of: 'user'; readonly account: string | undefined }
  | { readonly of: 'market'; readonly account?: undefined };

export interface StreamFault {
  readonly id: number;
  readonly target: StreamTarget;
  readonly do: LastingStreamFault;
  /** Only these events; all when undefined. */
  readonly events: readonly string[] | undefined;
  /** How many events it still hits. */
  left: number;
  hits: number;
  /** ms of the venue's clock after which it is over. */
  readonly until: number;
  /** `delay`: how late; `duplicate`: how long until the second copy. */
  readonly ms: number;
}

const matches = (rule: StreamFault, target: StreamTarget, event: string | undefined): boolean =>
  rule.target.of === target.of &&
  (rule.target.account === undefined || rule.target.account === target.account) &&
  (rule.events === undefined || event === undefined || rule.events.includes(event));

/** What a test does to events between the venue and its sockets. */
export class StreamFaults {
  #rules: StreamFault[] = [];
  #nextId = 1;
  readonly #held = new Map<number, (() => void)[]>();
  readonly #timers = new Set<NodeJS.Timeout>();

  list(): readonly StreamFault[] {
    return this.#rules;
  }

  add(rule: Omit<StreamFault, 'id' | 'hits'>): StreamFault {
    const added: StreamFault = { ...rule, id: this.#nextId++, hits: 0 };
    this.#rules.push(added);
    return added;
  }

  /** Ends every fault. What a `reorder` still holds goes out in its order; what is delayed is lost. */
  clear(): void {
    for (const held of this.#held.values()) for (const send of held) send();
    this.#held.clear();
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
    this.#rules = [];
  }

  refusesConnection(target: StreamTarget, now: number): boolean {
    return this.#inForce(target, undefined, now).some((rule) => rule.do === 'refuse');
  }

  /** Sends an event as the first fault that hits it wants: not at all, later, twice, or after those that follow it. */
  pass(target: StreamTarget, event: string, now: number, send: () => void): void {
    const rule = this.#rules.length === 0 ? undefined : this.#take(target, event, now);
    switch (rule?.do) {
      case undefined:
      case 'refuse':
        send();
        return;
      case 'silence':
      case 'drop':
        return;
      case 'delay':
        this.#later(rule.ms, send);
        return;
      case 'duplicate':
        send();
        if (rule.ms === 0) send();
        else this.#later(rule.ms, send);
        return;
      case 'reorder':
        this.#hold(rule, send);
    }
  }

  #inForce(target: StreamTarget, event: string | undefined, now: number): StreamFault[] {
    return this.#rules.filter((rule) => now < rule.until && rule.left > 0 && matches(rule, target, event));
  }

  #take(target: StreamTarget, event: string, now: number): StreamFault | undefined {
    const rule = this.#inForce(target, event, now).find((one) => one.do !== 'refuse');
    if (rule === undefined) return undefined;
    rule.left -= 1;
    rule.hits += 1;
    return rule;
  }

  #later(ms: number, send: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      send();
    }, ms);
    this.#timers.add(timer.unref());
  }

  #hold(rule: StreamFault, send: () => void): void {
    const held = this.#held.get(rule.id) ?? [];
    this.#held.set(rule.id, held);
    held.push(send);
    if (rule.left > 0) return;
    this.#held.delete(rule.id);
    for (const one of held.reverse()) one();
  }
}
