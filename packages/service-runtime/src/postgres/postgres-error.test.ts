import { expect, test } from 'vitest';
import { isConnectionError, sqlState } from './postgres-error.ts';

const error = (code: string, severity?: string) =>
  Object.assign(new Error(code), { code, ...(severity && { severity }) });

test.each([
  [error('ECONNREFUSED'), true, undefined],
  [error('EPIPE'), true, undefined],
  [error('CONNECTION_CLOSED'), true, undefined],
  [new Error('x', { cause: error('ECONNRESET') }), true, undefined],
  [error('57P01', 'FATAL'), true, '57P01'],
  [error('25P03', 'FATAL'), true, '25P03'],
  [error('53300', 'FATAL'), true, '53300'],
  [error('08006', 'FATAL'), true, '08006'],
  [error('40P01', 'ERROR'), false, '40P01'],
  [error('55P03', 'ERROR'), false, '55P03'],
  [error('57014', 'ERROR'), false, '57014'],
  [error('23505', 'ERROR'), false, '23505'],
  [new Error('anything'), false, undefined],
  ['text', false, undefined],
  [undefined, false, undefined],
])('%s: connection lost %s, state %s', (given, lost, state) => {
  expect(isConnectionError(given)).toBe(lost);
  expect(sqlState(given)).toBe(state);
});
