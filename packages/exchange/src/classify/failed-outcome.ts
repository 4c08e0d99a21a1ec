import type { CancelOutcome, LookupOutcome, PlaceOutcome } from '../exchange.ts';
import type { ClassifiedFailure } from './classify-failure.ts';

/** "Already known" is unresolved with the action `adopt`: the earlier order is looked up and compared before it counts. */
export function failedPlace({ outcome, failure }: ClassifiedFailure): PlaceOutcome {
  return outcome === 'refused' ? { kind: 'refused', failure } : { kind: 'unresolved', failure };
}

export function failedCancel({ outcome, failure }: ClassifiedFailure): CancelOutcome {
  switch (outcome) {
    case 'refused':
      return { kind: 'refused', failure };
    case 'gone':
      return { kind: 'gone', failure };
    case 'unresolved':
    case 'accepted':
      return { kind: 'unresolved', failure };
  }
}

export function failedLookup({ outcome, failure }: ClassifiedFailure): LookupOutcome {
  if (outcome === 'gone') return { kind: 'absent' };
  return { kind: failure.type === 'invalid_symbol' ? 'no_market' : 'unavailable', failure };
}
