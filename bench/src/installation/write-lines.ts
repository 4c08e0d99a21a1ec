import { setTimeout as pause } from 'node:timers/promises';
import { getLogger, runWithJobTag, startTelemetry } from '@sluice/telemetry';

/** A service that does nothing but log: `write-lines.ts <lines> <seconds>`, evenly, in a job. */
const [lines = 0, seconds = 1] = process.argv.slice(2).map(Number);

const telemetry = await startTelemetry({ service: 'bench', instance: 'bench' });
const log = getLogger('bench');
const began = performance.now();
let written = 0;
while (written < lines) {
  const due = Math.min(lines, Math.ceil(((performance.now() - began) / 1_000 / seconds) * lines));
  runWithJobTag('QUEUE_REBAL', () => {
    for (; written < due; written += 1) log.info('planned', { account: 'main', sent: 3, order_id: written });
  });
  await pause(10);
}
await telemetry.stop(20_000);
