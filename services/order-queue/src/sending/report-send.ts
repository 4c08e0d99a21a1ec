import { recordSend } from '@sluice/telemetry';
import type { SettlingOutcome } from './outcome.ts';
import type { SendTask } from './send-task.ts';

type Verdict = { kind: 'accepted' | 'refused' | 'unresolved'; failure?: { type: string; code: string | null } };

/** Tells of one batch and what the exchange said to each of its orders. */
export function reportSend(batch: SendTask[], outcomes: SettlingOutcome[], durationMs: number): void {
  const { action, account, symbol } = batch[0]!;
  const verdicts = outcomes.filter((outcome) => outcome.kind !== 'held').map(verdictOf);
  // Nothing left this process.
  if (verdicts.length === 0 && outcomes.length > 0) return;
  const failures = verdicts.flatMap(({ failure }) => (failure === undefined ? [] : [failure]));
  const count = (kind: Verdict['kind']) => verdicts.filter((verdict) => verdict.kind === kind).length;
  recordSend({
    action,
    account,
    symbol,
    orders: verdicts.length,
    accepted: count('accepted'),
    refused: count('refused'),
    unresolved: count('unresolved'),
    failureTypes: failures.map(({ type }) => type),
    venueCodes: failures.flatMap(({ code }) => (code === null ? [] : [code])),
    durationMs,
  });
}

function verdictOf(outcome: Exclude<SettlingOutcome, { kind: 'held' }>): Verdict {
  switch (outcome.kind) {
    case 'report':
    case 'person':
      return { kind: 'accepted' };
    case 'lost':
      return { kind: outcome.candidates.length === 1 ? 'accepted' : 'unresolved' };
    case 'place':
      return outcome.outcome;
    case 'cancel':
      switch (outcome.outcome.kind) {
        case 'cancelled':
          return { kind: 'accepted' };
        // What the exchange does not know any more cannot be cancelled; what became of it is looked up.
        case 'gone':
          return { kind: 'refused' };
        default:
          return outcome.outcome;
      }
    case 'find':
      switch (outcome.outcome.kind) {
        case 'found':
        case 'forgotten':
          return { kind: 'accepted' };
        case 'absent':
          return { kind: 'refused' };
        case 'no_market':
        case 'unavailable':
          return { kind: 'unresolved', failure: outcome.outcome.failure };
      }
  }
}
