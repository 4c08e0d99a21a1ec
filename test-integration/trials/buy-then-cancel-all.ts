import { setTimeout as pause } from 'node:timers/promises';
import { Decimal } from '@sluice/contracts';
import { expect } from 'vitest';
import { nothingInFlight } from '../harness/agreement.ts';
import { batch, cancelAll, limit } from '../harness/alerts.ts';
import { eventually } from '../harness/eventually.ts';
import type { Answer } from '../harness/gateway-client.ts';
import type { Stack, StackOptions } from '../harness/start-stack.ts';

const gateways = 4;
/** Ten of them trade on each account; a strategy and a symbol together belong to one pair of alerts. */
const strategies = Array.from({ length: 50 }, (_, at) => ({ name: `s${at}`, accounts: [`a${at % 5}`] }));
const accounts = [...new Set(strategies.flatMap((strategy) => strategy.accounts))];
const pairsAtOnce = 16;

export const options: StackOptions = { strategies, gateways };

type Pair = { account: string; venueSymbol: string; price: string; buy: Answer; cancel: Answer };

/** What `count` pairs came to. */
export type Outcome = {
  /** Pairs whose cancel arrived after the buy, and before it. */
  after: number;
  before: number;
  /** What is not as the arrival numbers say. */
  wrong: string[];
};

/**
 * Sends pairs of alerts, a LIMIT buy and 0 to 5 ms after it a CANCEL_ALL_ORDER of its symbol, to gateways that take no
 * notice of each other, and compares what is open on the exchange in the end with the arrival numbers.
 */
export async function buyThenCancelAll(stack: Stack, count: number): Promise<Outcome> {
  const { prices } = await stack.exchange.control<{ prices: Record<string, { last: string }> }>('/prices');
  const symbols = Object.entries(prices).map(([name, { last }]) => ({ name, last: new Decimal(last) }));
  if (count > strategies.length * symbols.length) throw new Error('there are more pairs than strategies have symbols');

  const pairs: Pair[] = [];
  let sent = 0;
  const sender = async (): Promise<void> => {
    for (let mine = sent++; mine < count; mine = sent++) {
      const strategy = strategies[mine % strategies.length]!;
      const symbol = symbols[Math.floor(mine / strategies.length)]!;
      // A price of its own on the account; four digits are on every symbol's tick.
      const place = Math.floor((mine % strategies.length) / accounts.length);
      const price = symbol.last
        .times(0.95 - 0.002 * place)
        .toSignificantDigits(4)
        .toFixed();
      const buying = stack.gateway.alert(batch(strategy.name, [limit(symbol.name, price, { qty_per: 1 })]), {
        gateway: mine % gateways,
      });
      await pause(mine % 6);
      const cancelling = stack.gateway.alert(batch(strategy.name, [cancelAll(symbol.name)]), {
        gateway: Math.floor(mine / gateways) % gateways,
      });
      const [buy, cancel] = await Promise.all([buying, cancelling]);
      pairs.push({ account: strategy.accounts[0]!, venueSymbol: symbol.name, price, buy, cancel });
    }
  };
  await Promise.all(Array.from({ length: pairsAtOnce }, sender));
  return await judge(stack, pairs);
}

async function judge({ sql, exchange }: Stack, pairs: readonly Pair[]): Promise<Outcome> {
  for (const { buy, cancel } of pairs) expect([200, 202]).toEqual(expect.arrayContaining([buy.status, cancel.status]));
  await eventually(() => nothingInFlight(sql, accounts), 30_000);
  const rows = await sql<{ id: string; arrival: number }[]>`select id, arrival from gateway.alert_to_plan`;
  const arrivals = new Map(rows.map(({ id, arrival }) => [id, arrival]));
  const open = new Set<string>();
  for (const account of accounts) {
    for (const order of await exchange.openOrders(account)) {
      open.add(`${account} ${order.symbol} ${new Decimal(order.price).toFixed()}`);
    }
  }

  const outcome: Outcome = { after: 0, before: 0, wrong: [] };
  for (const { account, venueSymbol, price, buy, cancel } of pairs) {
    const after = arrivals.get(cancel.body.id)! > arrivals.get(buy.body.id)!;
    outcome[after ? 'after' : 'before'] += 1;
    const name = `${account} ${venueSymbol} ${price}`;
    if (open.delete(name) === after) outcome.wrong.push(`${name} ${after ? 'is still' : 'is not'} open`);
    const cancelled = cancel.body.results?.[0]?.result.cancelled;
    if (cancel.status === 200 && cancelled !== (after ? 1 : 0)) outcome.wrong.push(`${name}: ${cancelled} cancelled`);
  }
  for (const name of open) outcome.wrong.push(`${name} is open and nobody asked for it`);
  return outcome;
}
