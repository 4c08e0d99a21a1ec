import { setTimeout as pause } from 'node:timers/promises';
import { DemoError } from './demo-error.ts';
import { type DemoService, logDirectory, shown } from './installation.ts';

/** The slowest start seen on two busy cores took 8 s; beyond a minute something is wrong that waiting does not mend. */
const readyWithinMs = 60_000;

/** Waits until every service answers its `/readyz` with 200, and says meanwhile which do not and why. */
export async function waitUntilReady(
  services: readonly DemoService[],
  stop: AbortSignal,
  say: (note: string) => void,
): Promise<void> {
  const deadline = performance.now() + readyWithinMs;
  for (;;) {
    const answers = await Promise.all(
      services.map(async (service) => ({ service, reason: await whyNotReady(service, stop) })),
    );
    const waiting = answers.filter(({ reason }) => reason !== undefined);
    if (waiting.length === 0) return;
    const first = waiting[0]!;
    say(`${first.service.name}: ${first.reason}`);
    if (performance.now() > deadline) {
      const list = waiting.map(({ service, reason }) => `${service.name} (${reason})`).join(', ');
      throw new DemoError(
        `Not ready after ${readyWithinMs / 1_000} s: ${list}. See the logs in ${shown(logDirectory)}.`,
      );
    }
    await pause(100, undefined, { signal: stop });
  }
}

async function whyNotReady({ port }: DemoService, stop: AbortSignal): Promise<string | undefined> {
  try {
    const signal = AbortSignal.any([stop, AbortSignal.timeout(2_000)]);
    const response = await fetch(`http://127.0.0.1:${port}/readyz`, { signal });
    if (response.ok) return undefined;
    const { reason } = (await response.json()) as { reason?: string };
    return reason ?? `answers ${response.status}`;
  } catch {
    stop.throwIfAborted();
    return 'starting';
  }
}
