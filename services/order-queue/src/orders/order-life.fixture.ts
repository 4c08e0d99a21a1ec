import { Decimal } from '@sluice/contracts';
import type { PlannableOrder } from './order.ts';
import { holdsSlot, isEnded } from './order-status.ts';
import { type PairState, plan } from './plan.ts';
import { isConditional } from './room.ts';
import { type Learnt, type Report, type Settlement, settle } from './settle.ts';

/**
 * A queue with its exchange in memory, one step at a time, so that a property can put the steps in any order: plans,
 * requests that arrive late or never, answers that are lost, fills nobody has reported yet, reports that are stale by
 * the time they are read. The exchange keeps its own books and the highest counts it ever saw.
 */

type Row = PlannableOrder & {
  symbol: string;
  attempt: number;
  attemptQuantity: Decimal;
  executedBefore: Decimal;
  executedOfAttempt: Decimal;
  failures: number;
  carriesOver: boolean;
  receivedAt: number;
};

type Placed = { row: Row; key: string; quantity: number; executed: number; state: Report['status'] };
type Request = { kind: 'place' | 'cancel'; row: Row; attempt: number };
type Answer = { row: Row; attempt: number; learnt: Learnt };

export type World = ReturnType<typeof aWorld>;

const one = new Decimal(1);

export function aWorld(
  rules: Omit<PairState, 'orders' | 'accountConditionalFree' | 'swapBudget'> & { account: number | null },
) {
  return {
    rules,
    now: 1_000,
    rows: [] as Row[],
    placed: new Map<string, Placed>(),
    requests: [] as Request[],
    answers: [] as Answer[],
    /** Everything the exchange or the rows did that must never happen. */
    faults: [] as string[],
  };
}

export function arrive(world: World, order: PlannableOrder, symbol: string): void {
  const none = new Decimal(0);
  const id = world.rows.length + 1;
  world.rows.push({
    ...order,
    id,
    arrival: id,
    symbol,
    attempt: 0,
    attemptQuantity: none,
    executedBefore: none,
    executedOfAttempt: none,
    failures: 0,
    carriesOver: false,
    receivedAt: world.now,
  });
}

/** The pair as a plan reads it; account-wide room as the account's lock lets it be counted. */
export function pairOf(world: World, symbol: string, swapBudget: number): PairState {
  const { account, ...rules } = world.rules;
  const conditional = world.rows.filter((row) => row.type !== 'MARKET' && holdsSlot(row.status) && isConditional(row));
  return {
    ...rules,
    swapBudget,
    orders: world.rows.filter((row) => row.symbol === symbol && !isEnded(row.status)),
    accountConditionalFree: account === null ? null : account - conditional.length,
  };
}

/** One plan and its commit. True when it moved anything. */
export function planPair(world: World, symbol: string, swapBudget: number): boolean {
  const made = plan(pairOf(world, symbol, swapBudget), world.now);
  const row = (id: number) => world.rows.find((each) => each.id === id)!;
  for (const change of made.wanted) row(change.id).wanted = change.wanted;
  for (const ended of made.end) row(ended.id).status = ended.status;
  for (const id of made.send) {
    const order = row(id);
    order.attempt += 1;
    order.executedBefore = order.executedBefore.plus(order.executedOfAttempt);
    order.executedOfAttempt = new Decimal(0);
    order.attemptQuantity = order.quantity.minus(order.executedBefore);
    order.status = 'submitting';
    order.retryAt = null;
    if (order.attemptQuantity.lte(0)) world.faults.push(`order ${id} sent with nothing left`);
    world.requests.push({ kind: 'place', row: order, attempt: order.attempt });
  }
  for (const { id } of made.cancel) {
    const order = row(id);
    order.status = 'cancelling';
    world.requests.push({ kind: 'cancel', row: order, attempt: order.attempt });
  }
  return made.send.length + made.cancel.length + made.end.length > 0;
}

export type Fate = 'ok' | 'refused' | 'rate limit' | 'answer lost' | 'never arrives';

/** The exchange gets the request, or not, and its answer starts on its way back, or not. */
export function deliver(world: World, at: number, fate: Fate): void {
  const [request] = world.requests.splice(at % Math.max(1, world.requests.length), 1);
  if (request === undefined) return;
  const { row, attempt } = request;
  const learnt =
    fate === 'never arrives'
      ? ({ kind: 'unresolved' } as const)
      : request.kind === 'place'
        ? placeOn(world, row, attempt, fate)
        : cancelOn(world, keyOf(row, attempt), fate);
  world.answers.push({ row, attempt, learnt });
}

function placeOn(world: World, row: Row, attempt: number, fate: Fate): Learnt {
  if (fate === 'refused') return refusal('insufficient_balance', 'fail');
  if (fate === 'rate limit') return refusal('rate_limit', 'retry');
  const key = keyOf(row, attempt);
  if (world.placed.has(key)) world.faults.push(`attempt ${key} placed twice`);
  if (liveOf(world, row).length > 0) world.faults.push(`order ${row.id} placed while an attempt of it is live`);
  const placed: Placed = { row, key, quantity: row.attemptQuantity.toNumber(), executed: 0, state: 'open' };
  world.placed.set(key, placed);
  if (row.type === 'MARKET') fillWhole(placed);
  checkLimits(world);
  return fate === 'answer lost' ? { kind: 'unresolved' } : { kind: 'accepted', report: reportOf(world, key) };
}

function cancelOn(world: World, key: string, fate: Fate): Learnt {
  const placed = world.placed.get(key);
  if (placed === undefined) throw new Error(`a cancel of ${key}, which was never placed`);
  if (isLive(placed)) {
    if (fate === 'refused') return { kind: 'cancel_failed', report: null };
    if (fate === 'rate limit') return { kind: 'cancel_failed', report: reportOf(world, key) };
    placed.state = 'cancelled';
  }
  return fate === 'answer lost' ? { kind: 'unresolved' } : { kind: 'report', report: reportOf(world, key) };
}

/** An answer or a report is read, possibly long after it was true. */
export function read(world: World, at: number, random: number): void {
  const [answer] = world.answers.splice(at % Math.max(1, world.answers.length), 1);
  if (answer !== undefined && answer.row.attempt === answer.attempt) record(world, answer.row, answer.learnt, random);
}

/** A poll notes what the exchange holds now; it is read later. */
export function poll(world: World, at: number): void {
  const row = pick(world.rows, at);
  const placed = row && world.placed.get(keyOf(row, row.attempt));
  if (row && placed)
    world.answers.push({ row, attempt: row.attempt, learnt: { kind: 'report', report: reportOf(world, placed.key) } });
}

/** What is unresolved is looked up past its fence: whatever had not arrived cannot arrive any more. */
export function lookUp(world: World, at: number, random: number): void {
  const row = pick(
    world.rows.filter(({ status }) => status.startsWith('unresolved')),
    at,
  );
  if (row === undefined) return;
  const placed = world.placed.get(keyOf(row, row.attempt));
  if (placed === undefined) {
    record(world, row, { kind: 'absent' }, random);
    return;
  }
  const report = reportOf(world, placed.key);
  const resting = row.status === 'unresolved_cancel' && isLive(placed);
  record(world, row, resting ? { kind: 'cancel_failed', report } : { kind: 'report', report }, random);
}

export function passTime(world: World, ms: number): void {
  world.now += ms;
}

function fillWhole(placed: Placed): void {
  placed.executed = placed.quantity;
  placed.state = 'filled';
}

export function fill(world: World, at: number, share: number): void {
  const placed = pick([...world.placed.values()].filter(isLive), at);
  if (placed === undefined) return;
  const more = Math.max(1, Math.ceil((placed.quantity - placed.executed) * share));
  placed.executed = Math.min(placed.quantity, placed.executed + more);
  if (placed.executed === placed.quantity) placed.state = 'filled';
}

export function trigger(world: World, at: number): void {
  const stops = [...world.placed.values()].filter(({ row, state }) => state === 'open' && row.type.startsWith('STOP'));
  const placed = pick(stops, at);
  if (placed !== undefined) placed.state = 'triggered';
}

/** The owner wants one gone, or the exchange takes one off on its own. */
export function abandon(world: World, at: number): void {
  const row = pick(
    world.rows.filter(({ status }) => !isEnded(status)),
    at,
  );
  if (row !== undefined) row.wanted = 'gone';
}

export function takeOff(world: World, at: number): void {
  const placed = pick([...world.placed.values()].filter(isLive), at);
  if (placed !== undefined) placed.state = 'expired';
}

/** Everything on its way arrives and is read, everything unresolved is looked up, everything due is planned. */
export function comeToRest(world: World, symbols: readonly string[]): void {
  for (let round = 0; round < 300; round += 1) {
    while (world.requests.length > 0) deliver(world, 0, 'ok');
    for (const placed of world.placed.values()) {
      // On the exchange it is a market order: it does not rest.
      if (placed.row.type === 'STOP_MARKET' && placed.state === 'triggered') fillWhole(placed);
    }
    while (world.answers.length > 0) read(world, 0, 0);
    while (world.rows.some(({ status }) => status.startsWith('unresolved'))) lookUp(world, 0, 0);
    for (const row of world.rows) poll(world, world.rows.indexOf(row));
    while (world.answers.length > 0) read(world, 0, 0);
    passTime(world, 100_000);
    if (symbols.filter((symbol) => planPair(world, symbol, 3)).length === 0) return;
  }
  world.faults.push('the queue never came to rest');
}

export function liveOf(world: World, row: Row): Placed[] {
  return [...world.placed.values()].filter((placed) => placed.row === row && isLive(placed));
}

function isLive({ state }: Placed): boolean {
  return state === 'open' || state === 'triggered';
}

export function executedOnExchange(world: World, row: Row): number {
  return [...world.placed.values()].reduce((sum, placed) => sum + (placed.row === row ? placed.executed : 0), 0);
}

function record(world: World, row: Row, learnt: Learnt, random: number): void {
  const before = row.status;
  const settled: Settlement = settle({ ...row, minRemaining: one }, learnt, world.now, random);
  row.status = settled.status;
  row.executedOfAttempt = settled.executedOfAttempt;
  row.executed = row.executedBefore.plus(settled.executedOfAttempt);
  row.partlyFilled = settled.executedOfAttempt.gt(0);
  row.failures = settled.failures;
  if (settled.status === 'pending' && before !== 'pending') row.retryAt = settled.retryAt;
  if (row.executed.gt(row.quantity)) world.faults.push(`order ${row.id} executed ${row.executed} of ${row.quantity}`);
}

function checkLimits(world: World): void {
  const { foreign, limits, account } = world.rules;
  const live = [...world.placed.values()].filter(
    ({ row, state }) => row.type !== 'MARKET' && (state === 'open' || state === 'triggered'),
  );
  const untriggered = live.filter(({ row, state }) => row.type.startsWith('STOP') && state === 'open');
  for (const symbol of new Set(live.map(({ row }) => row.symbol))) {
    const open = live.filter(({ row }) => row.symbol === symbol).length + foreign.open;
    const conditional = untriggered.filter(({ row }) => row.symbol === symbol).length + foreign.conditional;
    if (open > limits.open) world.faults.push(`${open} orders open on ${symbol}`);
    if (conditional > limits.conditional) world.faults.push(`${conditional} conditional orders on ${symbol}`);
  }
  if (account !== null && untriggered.length > account) world.faults.push(`${untriggered.length} conditional orders`);
}

function reportOf(world: World, key: string): Report {
  const { state, executed } = world.placed.get(key)!;
  return { status: state, executed: String(executed) };
}

function keyOf(row: Row, attempt: number): string {
  return `${row.id}/${attempt}`;
}

function refusal(type: 'insufficient_balance' | 'rate_limit', action: 'fail' | 'retry'): Learnt {
  return { kind: 'refused', failure: { type, action, code: null, message: '…', retryAfterMs: null } };
}

function pick<T>(list: readonly T[], at: number): T | undefined {
  return list[at % Math.max(1, list.length)];
}
