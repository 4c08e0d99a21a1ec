import { monitorEventLoopDelay } from 'node:perf_hooks';
import { recordService, withoutJobContext } from '@sluice/telemetry';
import { memoryLimit } from './memory-limit.ts';
import { takeConflicts } from './postgres/conflicts.ts';

export type ServiceMinuteOptions = {
  replica: string;
  ready: () => boolean;
  everyMs?: number;
};

const EVERY_MS = 60_000;
/** Sampled by a timer of this period, which itself costs next to nothing. */
const LOOP_RESOLUTION_MS = 20;

/** Writes one record a minute of how this process is: memory, event loop, connections, conflicts in the database. */
export function startServiceMinute({ replica, ready, everyMs = EVERY_MS }: ServiceMinuteOptions): { stop(): void } {
  const limit = memoryLimit();
  const loop = monitorEventLoopDelay({ resolution: LOOP_RESOLUTION_MS });
  loop.enable();
  const tell = (): void => {
    // The period of the sampling timer is part of what it measures.
    const p99 = Math.max(0, loop.percentile(99) / 1e6 - LOOP_RESOLUTION_MS);
    loop.reset();
    recordService({
      replica,
      ready: ready(),
      memoryMb: Math.round(process.memoryUsage.rss() / 1e6),
      memoryLimitMb: Math.round(limit / 1e6),
      loopDelayP99Ms: Math.round(p99 * 10) / 10,
      connections: process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length,
      conflicts: takeConflicts(),
      uptimeSeconds: Math.round(process.uptime()),
    });
  };
  const timer = withoutJobContext(() => setInterval(tell, everyMs));
  timer.unref();
  return {
    stop() {
      clearInterval(timer);
      loop.disable();
    },
  };
}
