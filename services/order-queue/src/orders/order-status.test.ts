import { describe, expect, test } from 'vitest';
import { orderStatuses } from './order.ts';
import { assertMove, holdsSlot, isEnded, isInFlight, isLegalMove, moves } from './order-status.ts';

describe('The table of moves', () => {
  test('lets a plan write only the first arrow of a placement, of a cancel, and the end of what was never sent', () => {
    const written = moves.filter(({ by }) => by === 'plan').map(({ from, to }) => `${from} → ${to}`);
    expect(written).toEqual([
      'pending → submitting',
      'pending → cancelled',
      'pending → expired',
      'pending → failed',
      'open → cancelling',
      'triggered → cancelling',
    ]);
  });

  test('names every move once', () => {
    const written = moves.map(({ from, to, by }) => `${from} ${to} ${by}`);
    expect(new Set(written).size).toBe(written.length);
  });

  test('never leads an ended order anywhere but to filled, and says why', () => {
    for (const { to, by, why } of moves.filter((move) => isEnded(move.from))) {
      expect({ to, by }).toEqual({ to: 'filled', by: 'record' });
      expect(why).toBeTruthy();
    }
  });

  test('lets every status be reached from pending, and every other one come to an end', () => {
    const reach = (start: string, next: (at: string) => string[]) => {
      const seen = new Set([start]);
      for (const at of seen) for (const to of next(at)) seen.add(to);
      return seen;
    };
    const forward = (at: string) => moves.filter(({ from }) => from === at).map(({ to }) => to);
    expect(reach('pending', forward)).toEqual(new Set(orderStatuses));
    for (const status of orderStatuses) {
      expect([...reach(status, forward)].some((to) => isEnded(to as typeof status))).toBe(true);
    }
  });

  test('lets no order come back to pending by a plan, nor go on the exchange by recording', () => {
    expect(isLegalMove('cancelling', 'pending', 'plan')).toBe(false);
    expect(isLegalMove('pending', 'submitting', 'record')).toBe(false);
    expect(isLegalMove('pending', 'open', 'record')).toBe(false);
  });

  test('throws on a move it does not have, naming it', () => {
    expect(() => assertMove('filled', 'open', 'record')).toThrow('filled → open by record');
    expect(() => assertMove('open', 'filled', 'record')).not.toThrow();
  });
});

describe('A status', () => {
  test('that is in flight holds a slot, and one that has ended does not', () => {
    for (const status of orderStatuses) {
      if (isInFlight(status)) expect(holdsSlot(status)).toBe(true);
      if (isEnded(status)) expect(holdsSlot(status)).toBe(false);
    }
    expect(holdsSlot('pending')).toBe(false);
    expect(holdsSlot('open')).toBe(true);
  });
});
