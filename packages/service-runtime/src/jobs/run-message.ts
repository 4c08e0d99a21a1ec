import type { RunRecord } from './run-record.ts';

/**
 * What a run's message holds: the slot of a tick and the schedule it belongs to; or that its data is to be loaded if it
 * is missing; or that a person asked for it. Empty when pg-boss sent it by its own schedule.
 */
export type RunMessage = { slot?: string; schedule?: string; atStart?: true; asked?: true };

/** What a run leaves with its message, for whoever waits for it. `skipped`: there was nothing to run. */
export type RunReply =
  | { outcome: 'skipped'; replica: string }
  | {
      outcome: RunRecord['outcome'];
      replica: string;
      durationMs: number;
      counts: Record<string, number> | undefined;
      summary: string | undefined;
    };
