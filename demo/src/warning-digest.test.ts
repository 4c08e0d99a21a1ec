import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { kindOf, WarningDigest } from './warning-digest.ts';

const gone = (order: number, tag = '') =>
  `2026-11-21 19:58:56,00${order % 10} WARNING: ${tag}order expired: the exchange does not know it any more strategy=test1 orderId=${order} detail="gone for good"`;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('takes lines for equal that differ in time, job and values alone', () => {
  expect(kindOf(gone(15, '[ORDER_UPDATE] '))).toBe(kindOf(gone(7)));
  expect(kindOf(gone(15))).toBe('WARNING: order expired: the exchange does not know it any more');
});

it('shows the first of a kind at once and counts the others', () => {
  const shown: string[] = [];
  const digest = new WarningDigest((line) => shown.push(line));
  for (let order = 1; order <= 20; order += 1) digest.add('order-queue', gone(order));
  digest.add('order-queue', 'something else');
  expect(shown).toEqual([`order-queue: ${gone(1)}`, 'order-queue: something else']);
  vi.advanceTimersByTime(10_000);
  expect(shown.slice(2)).toEqual(['order-queue: 19 more like this one, in its log']);
  digest.add('order-queue', gone(21));
  expect(shown.at(-1)).toBe(`order-queue: ${gone(21)}`);
});
