import { channels, type SettleMessage, type SettleReply } from '@sluice/contracts';
import { type Exchange, ExchangeError, type OrderReport, type PlaceOrder } from '@sluice/exchange';
import type { Notifier, Sql } from '@sluice/service-runtime';
import { captureContext, getLogger } from '@sluice/telemetry';
import { type HandedOver, readHandedOver, writeSettleReply } from '../db/handed-over.ts';
import { readOwnNumbers } from '../db/note-day-orders.ts';
import { isLike } from '../orders/lost-order.ts';
import type { Committed } from '../planning/plan-and-write.ts';
import type { Outcome } from '../sending/outcome.ts';

const log = getLogger('settling');

export type SettleDeps = {
  sql: Sql;
  notifier: Notifier;
  exchange: (account: string) => Promise<Pick<Exchange, 'find'>>;
  record: (account: string, outcomes: Outcome[]) => Promise<Committed>;
  committed: (committed: Committed) => void;
  now: () => number;
};

/**
 * Before that nobody can know that an order never arrived: what the kernel holds of a request whose connection was closed
 * it still sends when the network is back, with pauses that double, up to some minutes after.
 */
const NEVER_AFTER_MS = 600_000;

/**
 * Carries out what a person says of an order handed to them: that it is an order of the exchange, which is held against
 * what was sent, or that it never arrived. Doing it again changes nothing.
 */
export async function settleOrder(deps: SettleDeps, message: SettleMessage): Promise<void> {
  const reply = await carryOut(deps, message);
  const what = message.exchangeOrderId === null ? 'never arrived' : `is ${message.exchangeOrderId}`;
  log.info(
    'order %d %s, says %s: %s',
    message.orderId,
    what,
    message.by,
    'reason' in reply ? reply.reason : reply.state,
  );
  await writeSettleReply(deps.sql, message.id, reply);
  deps.notifier.notify(channels.settleReply, message.id);
}

async function carryOut(
  deps: SettleDeps,
  { orderId, exchangeOrderId, attempt: saidOf }: SettleMessage,
): Promise<SettleReply> {
  const order = await readHandedOver(deps.sql, orderId);
  if (order === undefined) return { kind: 'refused', reason: `there is no order ${orderId}` };
  const { account, symbol, attempt, request, status } = order;
  if (attempt === null || request === null) {
    return { kind: 'refused', reason: `order ${orderId} is ${status}, and nobody is asked about it` };
  }
  // Said twice, or delivered again behind a crash, it must not send a later attempt once more that did arrive.
  if (saidOf != null && saidOf !== attempt) {
    const reason = `that was said of attempt ${saidOf}; order ${orderId} has been sent again since, and attempt ${attempt} is asked about`;
    return { kind: 'refused', reason };
  }
  const arrivesUntil = (order.notedAt?.getTime() ?? 0) + NEVER_AFTER_MS;
  if (exchangeOrderId === null && deps.now() < arrivesUntil) {
    const until = new Date(arrivesUntil).toISOString();
    return { kind: 'refused', reason: `it may still arrive until ${until}: look once more then, and say it again` };
  }
  let report: OrderReport | null = null;
  if (exchangeOrderId !== null) {
    const found = await findNamed(deps, { ...order, request }, exchangeOrderId);
    if ('kind' in found) return found;
    report = found.report;
  }
  const outcome = { kind: 'person', orderId, attempt, account, symbol, report, carrier: captureContext() } as const;
  deps.committed(await deps.record(account, [outcome]));
  return { kind: 'settled', state: (await readHandedOver(deps.sql, orderId))?.status ?? status };
}

/** The order a person names, as the exchange shows it; a slip of the pen must not become a position. */
async function findNamed(
  deps: SettleDeps,
  { account, symbol, conditional, request }: HandedOver & { request: PlaceOrder },
  exchangeOrderId: string,
): Promise<{ report: OrderReport } | SettleReply> {
  const [other] = await readOwnNumbers(deps.sql, account, symbol, [exchangeOrderId]);
  if (other !== undefined)
    return { kind: 'refused', reason: `${exchangeOrderId} is the number of another order of ours` };
  try {
    const exchange = await deps.exchange(account);
    const found = await exchange.find({ clientOrderId: request.clientOrderId, symbol, conditional, exchangeOrderId });
    switch (found.kind) {
      case 'found':
        if (isLike(request, found.report)) return { report: found.report };
        return {
          kind: 'refused',
          reason: `${exchangeOrderId} is ${told(found.report)}, and what was sent is ${told(request)}`,
        };
      case 'unavailable':
        return { kind: 'away', reason: `the exchange does not answer: ${found.failure.message}` };
      case 'absent':
      case 'forgotten':
      case 'no_market':
        return { kind: 'refused', reason: `the exchange knows no order ${exchangeOrderId} in ${symbol}` };
    }
  } catch (error) {
    if (error instanceof ExchangeError)
      return { kind: 'away', reason: `the exchange does not answer: ${error.message}` };
    return { kind: 'away', reason: error instanceof Error ? error.message : String(error) };
  }
}

function told({ type, side, quantity, price }: Pick<PlaceOrder, 'type' | 'side' | 'quantity' | 'price'>): string {
  return `${type} ${side} ${quantity}${price === null ? '' : ` at ${price}`}`;
}
