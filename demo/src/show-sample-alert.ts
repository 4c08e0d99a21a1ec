import { DemoError } from './demo-error.ts';
import { resultSummary, resultTable } from './result-table.ts';
import { sampleAlert } from './sample-alert.ts';
import { lastPrice, ranksByDryRun, sendAlert } from './send-alert.ts';
import type { Terminal } from './terminal.ts';

/** Sends the sample alert through the real webhook and shows what became of it. Gives the alert's id. */
export async function showSampleAlert(token: string, terminal: Terminal, stop: AbortSignal): Promise<string> {
  const { alert, ranks, sent } = await terminal.step('Sample alert: 30 limit orders to buy BTC/USDT', async () => {
    const alert = sampleAlert(await lastPrice(stop), token);
    return { alert, ranks: await ranksByDryRun(alert, stop), sent: await sendAlert(alert, stop) };
  });
  terminal.line();
  terminal.line(resultTable(alert, sent.answer, ranks));
  terminal.line(resultSummary(sent.answer, sent.tookMs));
  if (!sent.answer.success) throw new DemoError(`The sample alert failed: ${sent.answer.error ?? 'see the table'}`);
  return sent.answer.id;
}
