import { readFileSync } from 'node:fs';

/**
 * A sender of alerts as a process of its own: reads `{ urls, alerts, atOnce, tries }` from standard input, posts each alert to
 * the gateways in turn, again after a 503 or a lost answer, and prints one line of JSON: what
 * each was answered and how long it took.
 */
const againAfterMs = 1_000;

type Order = { urls: string[]; alerts: string[]; atOnce: number; everyMs: number; tries: number };

const { urls, alerts, atOnce, everyMs, tries } = JSON.parse(readFileSync(0, 'utf8')) as Order;
const began = performance.now();
const answers: { status: number; ms: number; id: string | null; resends: number }[] = [];
let next = 0;

async function send(place: number): Promise<void> {
  const startedAt = performance.now();
  for (let resends = 0; resends < tries; resends++) {
    if (resends > 0) await new Promise((resolve) => setTimeout(resolve, againAfterMs));
    answers[place] = { status: 0, ms: 0, id: null, resends };
    try {
      const response = await fetch(`${urls[place % urls.length]}/api/webhook`, {
        method: 'POST',
        body: alerts[place]!,
      });
      const answer = (await response.json()) as { id?: string; duplicate_of?: string };
      // A 503 does not say that nothing was stored: what was has its orders and its result under its first id.
      const id = answer.duplicate_of ?? answer.id ?? null;
      answers[place] = { status: response.status, ms: performance.now() - startedAt, id, resends };
      if (response.status !== 503) return;
    } catch {
      // No answer came, so nothing is known: it is sent again.
    }
  }
}

async function work(): Promise<void> {
  for (let place = next++; place < alerts.length; place = next++) {
    const due = began + place * everyMs - performance.now();
    if (due > 0) await new Promise((resolve) => setTimeout(resolve, due));
    await send(place);
  }
}

await Promise.all(Array.from({ length: atOnce }, work));
process.stdout.write(`${JSON.stringify(answers)}\n`);
