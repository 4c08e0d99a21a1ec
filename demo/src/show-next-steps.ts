import pc from 'picocolors';
import { exchangeUrl, gatewayUrl, logDirectory, shown } from './installation.ts';
import type { Terminal } from './terminal.ts';

/** Where to look next, each line to be pasted into a browser or another terminal. */
export function showNextSteps(alertId: string, databaseUrl: string, terminal: Terminal): void {
  const asAdmin = "curl -H 'Authorization: Bearer demo-admin'";
  const steps: [string, string][] = [
    ['this alert', `${gatewayUrl}/api/webhook/${alertId}`],
    ['health', `${gatewayUrl}/api/health`],
    ['all routes', `${gatewayUrl}/api/openapi.json`],
    ['all orders', 'SLUICE_ADMIN_TOKEN=demo-admin node cli/src/main.ts orders'],
    ['queue figures', `${asAdmin} ${gatewayUrl}/admin/system/queue/metrics`],
    ['logs of a job', `${asAdmin} ${gatewayUrl}/admin/system/background-jobs/queue_rebalancer/logs`],
    ['open on the exchange', `${exchangeUrl}/control/open?account=paper-main&symbol=BTCUSDT`],
    ['fill two of them', `curl ${exchangeUrl}/control/fills -d '{"some":2,"symbol":"BTCUSDT"}'`],
    ['database', `psql ${databaseUrl}`],
    ['all logs', `${shown(logDirectory)}/`],
  ];
  terminal.line();
  const width = Math.max(...steps.map(([name]) => name.length));
  for (const [name, what] of steps) terminal.line(`  ${pc.bold(name.padEnd(width))}  ${what}`);
  terminal.line();
  terminal.line('Ctrl-C stops everything.');
}
