import type { Exchange, OrderRef, OrderReport } from '../exchange.ts';

/**
 * An exchange that knows orders by its own numbers alone, as the checks ask for orders: by the ids they gave them. What
 * order-queue keeps in its tables is kept here in memory.
 */
export function withOwnIds(exchange: Exchange): Exchange {
  const numbers = new Map<string, string>();
  const ids = new Map<string, string>();
  const asRef = (ref: OrderRef): OrderRef => ({ ...ref, exchangeOrderId: numbers.get(ref.clientOrderId) ?? null });
  const named = <Report extends OrderReport>(report: Report): Report => ({
    ...report,
    clientOrderId: ids.get(report.exchangeOrderId) ?? null,
  });
  return {
    ...exchange,
    async place(orders, stamp) {
      const outcomes = await exchange.place(orders, stamp);
      return outcomes.map((outcome, at) => {
        if (outcome.kind !== 'accepted') return outcome;
        const { exchangeOrderId } = outcome.report;
        numbers.set(orders[at]!.clientOrderId, exchangeOrderId);
        ids.set(exchangeOrderId, orders[at]!.clientOrderId);
        return { ...outcome, report: named(outcome.report) };
      });
    },
    async cancel(orders, stamp) {
      const outcomes = await exchange.cancel(orders.map(asRef), stamp);
      return outcomes.map((outcome) =>
        outcome.kind === 'cancelled' ? { ...outcome, report: named(outcome.report) } : outcome,
      );
    },
    async find(order) {
      const outcome = await exchange.find(asRef(order));
      return outcome.kind === 'found' ? { ...outcome, report: named(outcome.report) } : outcome;
    },
    openOrders: async (symbol) => (await exchange.openOrders(symbol)).map(named),
  };
}
