import type { AlertOrder, DryRunAnswer } from '@sluice/contracts';
import type { Sql } from '@sluice/service-runtime';
import { type Configuration, calendarOf } from '../configuration/configuration.ts';
import type { AlertToPlan } from '../db/alert-intake.ts';
import type { Pair } from '../orders/order.ts';
import { plan } from '../orders/plan.ts';
import { isCancel } from './cancel-targets.ts';
import { newOrder } from './new-order.ts';
import { pairState } from './plan-pairs.ts';
import { readPairs } from './read-pairs.ts';
import type { DeniedOrder, SizedOrder } from './size-alert.ts';

type Row = DryRunAnswer['orders'][number];

export type DryRunDeps = {
  sql: Sql;
  configuration: () => Configuration;
  size: (
    alert: Pick<AlertToPlan, 'orders' | 'strategy'>,
    account: string,
  ) => Promise<{ sized: SizedOrder[]; denied: DeniedOrder[] }>;
  now: () => number;
};

/** Sizes and ranks the orders of an alert as a plan would at this moment. Takes no lock and stores nothing. */
export async function dryRun(deps: DryRunDeps, strategy: string, orders: AlertOrder[]): Promise<DryRunAnswer> {
  const configuration = deps.configuration();
  const accounts = [...configuration.links.values()].filter((link) => link.strategy === strategy && !link.removed);
  const rows = await Promise.all(
    accounts.map(({ account }) => dryRunAccount(deps, configuration, strategy, account, orders)),
  );
  const all = rows.flat().toSorted((a, b) => a.order_index - b.order_index || a.account_id - b.account_id);
  const success = all.some((row) => row.error === undefined);
  const error = success ? undefined : (all[0]?.error ?? `strategy ${strategy} has no account`);
  return { action: 'dry_run', strategy, success, ...(error === undefined ? {} : { error }), orders: all };
}

async function dryRunAccount(
  deps: DryRunDeps,
  configuration: Configuration,
  strategy: string,
  account: string,
  orders: AlertOrder[],
): Promise<Row[]> {
  const { sized, denied } = await deps.size({ strategy, orders }, account);
  const accountConfig = configuration.accounts.get(account);
  const now = deps.now();
  const closed = calendarOf(configuration, account)?.at(now).open === false;
  // Arrives after everything that is there.
  const alert: AlertToPlan = {
    id: 'dry-run',
    arrival: Number.MAX_SAFE_INTEGER,
    strategy,
    accounts: [account],
    orders,
    receivedAt: new Date(now),
  };
  const ranks = new Map<number, { rank: number | null; send: boolean }>();
  for (const [symbol, ofSymbol] of Map.groupBy(sized, ({ order }) => order.symbol!)) {
    const pair: Pair = { account, symbol };
    const fresh = ofSymbol.map((order) =>
      newOrder(-1 - order.order.orderIndex, order, alert, accountConfig!, configuration.strategies.get(strategy)!),
    );
    const decision = await deps.sql.begin(async (tx) => {
      const { facts, working } = await readPairs(tx, [pair], { configuration, account, alsoIds: [], now, lock: false });
      return plan(
        pairState([...working.all(), ...fresh], facts[0]!, null, accountConfig, Number.POSITIVE_INFINITY),
        now,
      );
    });
    for (const order of fresh) {
      // A better order would be sent once a worse one has left; for the person asking that is "send".
      const rank = decision.ranks.get(order.id) ?? null;
      const wanted = decision.wanted.find((change) => change.id === order.id)?.wanted ?? order.wanted;
      ranks.set(order.orderIndex, { rank, send: wanted === 'live' && !closed });
    }
  }

  const base = { account_id: accountConfig?.id ?? 0, account_name: account };
  return orders.map((order): Row => {
    const at = { order_index: order.orderIndex, ...base, order };
    if (isCancel(order)) return { ...at, quantity: null, rank: null, would: 'cancel' };
    const denial = denied.find((d) => d.order.orderIndex === order.orderIndex);
    if (denial !== undefined) {
      return { ...at, quantity: null, rank: null, would: 'refuse', error: `${denial.failureType}: ${denial.message}` };
    }
    const quantity = sized.find((s) => s.order.orderIndex === order.orderIndex)!.sized.quantity.toFixed();
    const { rank, send } = ranks.get(order.orderIndex)!;
    return { ...at, quantity, rank, would: send ? 'send' : 'wait' };
  });
}
