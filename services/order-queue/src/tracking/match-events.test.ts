import type { Fill, OrderReport } from '@sluice/exchange';
import { describe, expect, test } from 'vitest';
import type { KnownAttempt } from '../db/heard-orders.ts';
import { isAcknowledgement, matchEvents, type OrderEvent } from './match-events.ts';

const attempt = (changes: Partial<KnownAttempt> = {}): KnownAttempt => ({
  orderId: 1,
  attempt: 1,
  current: true,
  clientId: 'test-1',
  exchangeOrderId: '50',
  triggeredOrderId: null,
  symbol: 'BTC/USDT',
  status: 'open',
  executed: '0',
  final: false,
  ...changes,
});

const event = (report: Partial<OrderReport>, fill: Partial<Fill> | null = null): OrderEvent => ({
  kind: 'order',
  report: {
    clientOrderId: 'test-1',
    exchangeOrderId: '50',
    triggeredOrderId: null,
    symbol: 'BTC/USDT',
    status: 'open',
    executed: '0',
    ...report,
  } as OrderReport,
  fill: fill as Fill | null,
});

const match = (events: OrderEvent[], known = [attempt()]) => matchEvents('a1', events, known, {});
const kinds = (events: OrderEvent[], known = [attempt()]) => match(events, known).outcomes.map(({ kind }) => kind);

describe('an event of an order of ours', () => {
  test('is recorded when it tells of more executed or of an end, with its execution', () => {
    expect(kinds([event({ executed: '0.1' }, { tradeId: '7' })])).toEqual(['report', 'fill']);
    expect(kinds([event({ status: 'cancelled' })])).toEqual(['report']);
  });

  test('is not recorded when it tells what is known, but an execution always is: its row may be missing', () => {
    expect(kinds([event({ executed: '0.1' }, { tradeId: '7' })], [attempt({ executed: '0.1' })])).toEqual(['fill']);
    expect(kinds([event({})])).toEqual([]);
    expect(kinds([event({ status: 'cancelled' })], [attempt({ status: 'cancelled', final: true })])).toEqual([]);
  });

  test('is recorded when it shows an order whose placement has no answer yet', () => {
    expect(kinds([event({})], [attempt({ status: 'unresolved_place' })])).toEqual(['report']);
    expect(kinds([event({})], [attempt({ status: 'submitting' })])).toEqual(['report']);
  });

  test('of an earlier attempt moves nothing, and its execution is stored under that attempt', () => {
    const { outcomes } = match([event({ executed: '0.2' }, { tradeId: '8' })], [attempt({ current: false })]);
    expect(outcomes).toMatchObject([{ kind: 'fill', orderId: 1, attempt: 1, fill: { tradeId: '8' } }]);
  });

  test('that a stop became is matched by the id that its trigger named', () => {
    const stop = attempt({ clientId: 'test-stop', triggeredOrderId: '77', status: 'triggered' });
    const { outcomes } = match(
      [event({ clientOrderId: 'x', exchangeOrderId: '77', status: 'filled', executed: '1' })],
      [stop],
    );
    expect(outcomes).toMatchObject([{ kind: 'report', orderId: 1 }]);
  });

  test('is not matched by that id in another symbol', () => {
    const stop = attempt({ clientId: 'test-stop', triggeredOrderId: '77', symbol: 'ETH/USDT' });
    expect(match([event({ clientOrderId: 'x', exchangeOrderId: '77' })], [stop]).unmatched).toHaveLength(1);
  });

  test('a trigger that names the order it became is recorded once', () => {
    const told = event({ status: 'triggered', triggeredOrderId: '77', executed: null });
    expect(kinds([told])).toEqual(['report']);
    expect(kinds([told], [attempt({ status: 'triggered', triggeredOrderId: '77' })])).toEqual([]);
  });
});

test('an event that is about none of our attempts is handed back', () => {
  const foreign = event({ clientOrderId: 'web_1', exchangeOrderId: '99' });
  expect(match([foreign])).toEqual({ outcomes: [], unmatched: [foreign] });
});

test('only an order that was taken in and has executed nothing is an acknowledgement', () => {
  expect(isAcknowledgement(event({}))).toBe(true);
  expect(isAcknowledgement(event({ executed: '0.1' }))).toBe(false);
  expect(isAcknowledgement(event({ status: 'cancelled' }))).toBe(false);
});
