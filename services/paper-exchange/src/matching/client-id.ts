import type { Order } from './order.ts';
import { isOpen } from './order.ts';
import type { Switches } from './switches.ts';
import type { Account } from './venue.ts';

function blocks(reuse: Switches['clientIdReuse'], open: boolean, filled: boolean): boolean {
  switch (reuse) {
    case 'never':
      return true;
    case 'after-filled':
      return !filled;
    case 'after-any-end':
      return open;
  }
}

const orderBlocks = (switches: Switches, symbol: string) => (order: Order) =>
  (switches.clientIdScope === 'account' || order.symbol === symbol) &&
  blocks(switches.clientIdReuse, isOpen(order), order.status === 'FILLED');

/** Is the id taken, by the rules the switches select? `kind` is the kind of the new order. */
export function isDuplicateId(
  account: Account,
  switches: Switches,
  id: string,
  symbol: string,
  kind: 'order' | 'algo',
): boolean {
  if (kind === 'order' || switches.algoIdsShareNamespace) {
    if (account.ordersByClientId.get(id)?.some(orderBlocks(switches, symbol))) return true;
  }
  if (kind === 'order' && !switches.algoIdsShareNamespace) return false;
  const algos = account.algosByClientId.get(id) ?? [];
  return algos.some(
    (algo) =>
      (switches.clientIdScope === 'account' || algo.symbol === symbol) &&
      blocks(
        switches.clientIdReuse,
        algo.status === 'NEW' || algo.status === 'TRIGGERED',
        algo.actual?.status === 'FILLED',
      ),
  );
}
