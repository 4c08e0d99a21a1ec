import { disagreements, nothingInFlight } from '../harness/agreement.ts';
import { eventually } from '../harness/eventually.ts';
import type { AlertBody } from '../harness/gateway-client.ts';
import { type CrashCase, verdict } from './crash-cases.ts';
import { type CrashRig, openLimit } from './crash-rig.ts';
import { progress } from './progress.ts';

/** How the victim is struck: killed, or frozen for so long and then let go on. */
export type Blow = { kind: 'kill' } | { kind: 'freeze'; forMs: number };

/** Nothing may be in flight longer than this after the blow, whatever was held and whoever takes over. */
const settledWithinMs = 60_000;
/** When the claims of a process that does not come back are somebody else's. */
const takenOverAfterMs = 20_000;
/** Past the receive window a request is refused by the exchange. */
export const tooLateMs = 3_500;

/** One trial: an account, its cases, and what was asked for it. */
export class CrashTrial {
  readonly rig: CrashRig;
  readonly account: string;
  readonly #asked: Promise<unknown>[] = [];
  #struckAt = 0;

  constructor(rig: CrashRig, account: string) {
    this.rig = rig;
    this.account = account;
  }

  /** Sends an alert without waiting for its answer: what is held back keeps it open. */
  ask(alert: AlertBody): void {
    if ((alert.orders as unknown[]).length === 0) return;
    const asked = this.rig.stack.gateway.alert(alert).then(({ status }) => {
      if (status !== 200 && status !== 202) throw new Error(`an alert of ${this.account} was answered ${status}`);
    });
    asked.catch(() => {});
    this.#asked.push(asked);
  }

  /** Strikes the victim. The rescuer, frozen until now so that it takes no part, goes on. */
  async strike(blow: Blow): Promise<void> {
    this.#struckAt = performance.now();
    if (blow.kind === 'kill') await this.rig.victim.kill();
    else await this.rig.victim.freeze();
    await this.rig.rescuer.thaw();
  }

  /**
   * Strikes and gives everything that is wrong when all is settled. A frozen victim is let go after its time and judged
   * by what is there when it has dealt with what it still believed; where others can take over before, they are judged
   * first.
   */
  async strikeAndJudge(
    blow: Blow,
    cases: readonly CrashCase[],
    afterwards: () => Promise<void> | void,
  ): Promise<string[]> {
    await this.strike(blow);
    await afterwards();
    if (blow.kind === 'kill') return await this.judge(cases);
    const forOthers = blow.forMs > takenOverAfterMs;
    const wrong = forOthers ? await this.judge(cases) : [];
    await this.passed(blow.forMs);
    await this.rig.victim.thaw();
    if (forOthers) await this.#victimIsBack();
    return [...wrong, ...(await this.judge(cases))];
  }

  /** Its heart has beaten for a while, so what it was about to do when it was frozen is done. */
  async #victimIsBack(): Promise<void> {
    const thawedAt = new Date();
    await eventually(async () => {
      const [row] = await this.rig.stack.sql<{ beats: number }[]>`
        select count(*)::int as beats from runtime.heartbeat
        where service = 'order-queue' and beat_at > ${thawedAt}::timestamptz + interval '3 s'`;
      // The rescuer's is the other one.
      if (row!.beats < 2) throw new Error('the frozen process is not back yet');
    }, 20_000);
  }

  /** Until so long after the blow; that time is what the trial is about. */
  async passed(ms: number): Promise<void> {
    const left = this.#struckAt + ms - performance.now();
    if (left > 0) await new Promise((resolve) => setTimeout(resolve, left));
  }

  /** Waits until nothing is in flight and every alert has its result, and gives everything that is wrong then. */
  async judge(cases: readonly CrashCase[]): Promise<string[]> {
    const { stack } = this.rig;
    const left = () => Math.max(1_000, this.#struckAt + settledWithinMs - performance.now());
    await Promise.all(this.#asked);
    // Proven absent, an order is tried again after a pause: it is not in flight meanwhile, and not at its end either.
    const wrongEnds = () => this.#wrongEnds(cases);
    await eventually(async () => {
      await nothingInFlight(stack.sql, [this.account]);
      if ((await wrongEnds()).length > 0) throw new Error('not all are at their end');
      await nothingInFlight(stack.sql, [this.account]);
    }, left()).catch((error: unknown) => progress(`${this.account}: ${String(error)}`));
    await nothingInFlight(stack.sql, [this.account]);
    await eventually(async () => {
      const [row] = await stack.sql<{ without: number }[]>`
        select count(*)::int as without from gateway.alert_to_plan a
        where a.strategy = ${this.account} and not exists (select from orders.alert_result r where r.alert_id = a.id)`;
      if (row!.without > 0) throw new Error(`${row!.without} alerts of ${this.account} have no result`);
    }, left());
    const seconds = ((performance.now() - this.#struckAt) / 1_000).toFixed(1);
    progress(`${this.account}: settled ${seconds} s after the blow`);
    const contradictions = await disagreements(stack, this.account, openLimit);
    return [...contradictions, ...(await wrongEnds()), ...(await this.#moreThanOnce())];
  }

  async #wrongEnds(cases: readonly CrashCase[]): Promise<string[]> {
    const orders = await this.rig.stack.orders.of(this.account);
    const bySymbol = Map.groupBy(orders, ({ symbol }) => symbol);
    return cases.flatMap((of) => verdict(of, bySymbol.get(of.symbol) ?? []) ?? []);
  }

  /** No trial demotes an order and takes it back, so each is on the exchange once at most. */
  async #moreThanOnce(): Promise<string[]> {
    const { stack } = this.rig;
    const attempts = await stack.sql<{ order_id: number; client_id: string }[]>`
      select order_id, client_id from orders.attempt a join orders.entry e on e.id = a.order_id where e.account = ${this.account}`;
    const orderOf = new Map(attempts.map((attempt) => [attempt.client_id, attempt.order_id]));
    const record = await stack.exchange.record(this.account);
    const byOrder = Map.groupBy(record.orders, ({ clientOrderId }) => orderOf.get(clientOrderId));
    return [...byOrder].flatMap(([order, accepted]) =>
      order !== undefined && accepted.length > 1 ? [`order ${order} was accepted ${accepted.length} times`] : [],
    );
  }
}
