import { once } from 'node:events';
import { createServer } from 'node:net';
import { DemoError } from './demo-error.ts';
import type { DemoService } from './installation.ts';

/** Asked before anything starts: one sentence now, not four services that each fail in their own way. */
export async function requireFreePorts(services: readonly DemoService[]): Promise<void> {
  const taken: DemoService[] = [];
  for (const service of services) if (!(await isFree(service.port))) taken.push(service);
  if (taken.length === 0) return;
  const list = taken.map(({ name, port }) => `${port} (${name})`).join(', ');
  const subject = taken.length === 1 ? `Port ${list} is` : `Ports ${list} are`;
  throw new DemoError(`${subject} taken: stop what listens there (another demo?), then run make demo again.`);
}

async function isFree(port: number): Promise<boolean> {
  // On every address: a listener on all of them would answer instead of ours.
  for (const host of ['127.0.0.1', '0.0.0.0']) {
    const probe = createServer();
    try {
      probe.listen(port, host);
      await once(probe, 'listening');
    } catch {
      return false;
    } finally {
      await new Promise((resolve) => probe.close(resolve));
    }
  }
  return true;
}
