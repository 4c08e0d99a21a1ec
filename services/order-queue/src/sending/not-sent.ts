import { ExchangeError, type Failure } from '@sluice/exchange';
import { MissingKeys } from './account-keys.ts';
import type { SettlingOutcome } from './outcome.ts';
import { HedgeMode } from './require-one-way.ts';
import type { SendTask } from './send-task.ts';

/** The outcome of a task of which nothing was put on the wire, and why. */
export function notSent(task: SendTask, failure: Failure, now: number): SettlingOutcome {
  switch (task.action) {
    case 'place':
      return { kind: 'place', task, outcome: { kind: 'refused', failure }, live: null };
    case 'cancel':
      return { kind: 'cancel', task, outcome: { kind: 'refused', failure }, lookup: null };
    case 'find':
      return { kind: 'find', task, outcome: { kind: 'unavailable', failure }, askedAt: now };
  }
}

/** A failure before the order itself was written: what it says to do stands, save that there is nothing to look up. */
export function failureOf(error: unknown): Failure {
  if (error instanceof ExchangeError) {
    const { failure } = error;
    return failure.action === 'resolve' || failure.action === 'adopt' ? { ...failure, action: 'retry' } : failure;
  }
  if (error instanceof MissingKeys || error instanceof HedgeMode) {
    return { type: 'unknown', action: 'pause_account', code: null, message: error.message, retryAfterMs: null };
  }
  return unknownFailure(error instanceof Error ? error.message : String(error));
}

export function unknownFailure(message: string): Failure {
  return { type: 'unknown', action: 'fail', code: null, message, retryAfterMs: null };
}
