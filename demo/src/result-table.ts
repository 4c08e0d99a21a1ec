import type { AlertAnswer, OrderResult } from '@sluice/contracts';
import Table from 'cli-table3';
import pc from 'picocolors';
import type { SampleAlert } from './sample-alert.ts';

type Row = { rank: number | null; cells: string[] };

/** What became of each order, the best rank first. */
export function resultTable(
  alert: SampleAlert,
  answer: AlertAnswer,
  ranks: ReadonlyMap<number, number | null>,
): string {
  const rows = answer.results.map((result): Row => {
    const rank = ranks.get(result.order_index) ?? null;
    const { text, id } = whatBecame(result);
    const price = withThousands(alert.orders[result.order_index]!.price);
    return {
      rank,
      cells: [rank === null ? '' : String(rank), `#${result.order_index + 1}`, `buy at ${price}`, text, id],
    };
  });
  rows.sort((a, b) => (a.rank ?? Number.POSITIVE_INFINITY) - (b.rank ?? Number.POSITIVE_INFINITY));
  const table = new Table({
    head: ['rank', 'order', 'price', 'what became of it', 'order id'],
    colAligns: ['right', 'right', 'right', 'left', 'left'],
    // cli-table3 colours on its own judgement, also into a file; picocolors knows NO_COLOR and pipes.
    style: { head: pc.isColorSupported ? ['bold'] : [], border: pc.isColorSupported ? ['dim'] : [], compact: true },
    // Wide enough for a result, narrow enough that an exchange's long refusal does not break the table.
    colWidths: [null, null, null, 40, null],
    wordWrap: true,
  });
  for (const { cells } of rows) table.push(cells);
  return table.toString();
}

function whatBecame({
  success,
  queued,
  executed,
  pending_order_id: pendingId,
  retry_scheduled,
  unresolved,
  result,
}: OrderResult): {
  text: string;
  id: string;
} {
  const waitingId = pendingId === undefined ? '' : `pending ${pendingId}`;
  if (!success) return { text: pc.red(result.error ?? 'failed'), id: waitingId };
  if (unresolved) return { text: pc.yellow('sent, the exchange has not said'), id: waitingId };
  if (retry_scheduled) return { text: pc.yellow('refused for now, will be sent again'), id: waitingId };
  if (queued && !executed) return { text: pc.yellow('waiting for a free place'), id: waitingId };
  return { text: pc.green('live on the exchange'), id: result.order_id ?? '' };
}

/** One line under the table. */
export function resultSummary({ summary }: AlertAnswer, tookMs: number): string {
  const { total_orders, executed_from_queue: live, remaining_in_queue: waiting, failed_orders: failed } = summary;
  const parts = [`${pc.green(String(live))} live on the exchange`, `${pc.yellow(String(waiting))} waiting`];
  if (failed > 0) parts.push(`${pc.red(String(failed))} failed`);
  return `${total_orders} orders: ${parts.join(', ')}. Answered in ${Math.round(tookMs)} ms.`;
}

function withThousands(price: string): string {
  const [whole, fraction] = price.split('.');
  return `${whole!.replaceAll(/\B(?=(\d{3})+$)/g, ',')}${fraction === undefined ? '' : `.${fraction}`}`;
}
