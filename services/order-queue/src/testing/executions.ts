import type { Fill } from '@sluice/exchange';
import type { Outcome } from '../sending/outcome.ts';
import type { SendTask } from '../sending/send-task.ts';
import { accepted, type TestQueue } from './test-queue.ts';

/** An order of 0.1 BTC on the exchange. */
export async function placed(queue: TestQueue, side: 'buy' | 'sell', strategy = 's1'): Promise<SendTask> {
  const { committed } = await queue.plan([{ price: side === 'buy' ? '90000' : '99000', side }], strategy);
  await queue.record(committed.tasks.map((task) => accepted(task)));
  return committed.tasks[0]!;
}

/** One execution of an order, as the stream tells it; the fee is 0.02 USDT. */
export function executed(task: SendTask, tradeId: string, quantity: string, price: string, at: number): Outcome {
  const { orderId, attempt, account, symbol, request } = task;
  const fill: Fill = {
    tradeId,
    clientOrderId: request.clientOrderId,
    exchangeOrderId: `x-${request.clientOrderId}`,
    symbol,
    side: request.side,
    quantity,
    price,
    fee: '0.02',
    feeCurrency: 'USDT',
    realizedPnl: '0',
    maker: true,
    at,
  };
  return { kind: 'fill', orderId, attempt, account, symbol, fill, carrier: {} };
}
