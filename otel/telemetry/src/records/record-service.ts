import { writeWideRecord } from './wide-record.ts';

export type ServiceRecord = {
  replica: string;
  ready: boolean;
  memoryMb: number;
  memoryLimitMb: number;
  loopDelayP99Ms: number;
  connections: number;
  /** Since the record before. */
  conflicts: number;
  uptimeSeconds: number;
};

/** One per process and minute: how it is, for whoever has nothing but records. */
export function recordService(service: ServiceRecord): void {
  const { replica, ready, memoryMb, memoryLimitMb, loopDelayP99Ms, connections, conflicts, uptimeSeconds } = service;
  writeWideRecord(
    {
      event: 'service',
      level: 'info',
      text: `${replica} ${ready ? 'is ready' : 'is not ready'}: ${memoryMb} MB, event loop ${loopDelayP99Ms} ms late, ${connections} connections${conflicts === 0 ? '' : `, ${conflicts} database conflicts`}`,
      fields: {
        replica,
        ready,
        memory_mb: memoryMb,
        memory_limit_mb: memoryLimitMb,
        loop_delay_p99_ms: loopDelayP99Ms,
        connections,
        conflicts,
        uptime_seconds: uptimeSeconds,
      },
    },
    recordService,
  );
}

export type QueueRecord = { open: number; pending: number; due: number; dueSeconds: number; accounts: number };

/** One per minute for the whole cluster: how deep the queue is. */
export function recordQueue({ open, pending, due, dueSeconds, accounts }: QueueRecord): void {
  writeWideRecord(
    {
      event: 'queue',
      level: 'info',
      text: `${open} orders on the exchange and ${pending} waiting, of ${accounts} accounts; ${due} pairs due`,
      fields: { open, pending, due, due_seconds: dueSeconds, accounts },
    },
    recordQueue,
  );
}
