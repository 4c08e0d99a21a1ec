import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { AlertBody } from './gateway-client.ts';
import { tokenOf } from './test-configuration.ts';

const script = fileURLToPath(new URL('./send-alerts.ts', import.meta.url));
const guard = fileURLToPath(new URL('./end-with-parent.ts', import.meta.url));

/** What an alert was answered at last, 0 when it never was, and how often it was sent again. `id` is ours for it, the first where it was stored twice. */
export type SentAlert = { status: number; ms: number; id: string | null; resends: number };

export type Sending = {
  /** Addresses of the gateways, taken in turn. */
  urls: readonly string[];
  processes: number;
  /** Alerts of one process that may be unanswered at a time. */
  atOnce: number;
  /** Between two alerts of one process, in ms; 0 sends as fast as answers come. */
  everyMs: number;
  /** How often an alert is sent at most while it is answered 503 or not at all; 10 when left out. */
  tries?: number;
};

/** Sends the alerts from several processes side by side; answers come back in the order given. */
export async function sendAlerts(
  alerts: readonly AlertBody[],
  { urls, processes, atOnce, everyMs, tries = 10 }: Sending,
): Promise<SentAlert[]> {
  const bodies = alerts.map((alert) => JSON.stringify({ token: tokenOf(alert.group_name), ...alert }));
  const shares = Array.from({ length: processes }, (_, share) =>
    bodies.filter((__, place) => place % processes === share),
  );
  const answers = await Promise.all(shares.map((share) => sendShare({ urls, alerts: share, atOnce, everyMs, tries })));
  return alerts.map((_, place) => answers[place % processes]![Math.floor(place / processes)]!);
}

async function sendShare(order: object): Promise<SentAlert[]> {
  const child = spawn(process.execPath, ['--import', guard, script], { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.end(JSON.stringify(order));
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`a sender of alerts ended with ${code}`);
  return JSON.parse(said) as SentAlert[];
}
