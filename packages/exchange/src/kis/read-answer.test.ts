import { describe, expect, it } from 'vitest';
import { readKisAnswer } from './connection.ts';

const answered = (status: number, body: object | string, headers: Record<string, string> = {}) =>
  ({ stage: 'answered', status, headers, body: typeof body === 'string' ? body : JSON.stringify(body) }) as const;
const refusal = (msg_cd: string, msg1 = '') => ({ rt_cd: '1', msg_cd, msg1 });
const placed = (status: number, body: object | string) => {
  const answer = readKisAnswer(answered(status, body), 'place');
  return answer.ok ? 'ok' : `${answer.outcome} ${answer.failure.type} ${answer.failure.action}`;
};

describe('what an answer to a placement proves', () => {
  it.each([
    [500, { rt_cd: '0', output: {} }, 'ok', 'rt_cd 0 is success, whatever the status'],
    [200, refusal('APBK9999', '알 수 없는 오류'), 'refused unknown fail', 'the order system has refused'],
    [500, refusal('APBK9999', '알 수 없는 오류'), 'refused unknown fail', 'also with HTTP 500'],
    [500, refusal('APBK0919', '주문가능금액을 초과 했습니다'), 'refused insufficient_balance fail', 'balance'],
    [200, refusal('APBK0919', '장운영일자가 주문일과 상이합니다'), 'refused unknown session_closed', 'no session'],
    [200, refusal('APBK9998', '장종료 되었습니다'), 'refused unknown session_closed', 'no session, by its text alone'],
    [200, refusal('EGW00201'), 'refused rate_limit retry', 'too many'],
    [500, refusal('EGW00215'), 'refused rate_limit retry', 'too many for the ledger'],
    [200, refusal('EGW00123'), 'refused network_error retry', 'an expired token'],
    [403, refusal('EGW02004'), 'refused unknown pause_account', 'keys of the other domain'],
    [200, refusal('EGW00202'), 'unresolved network_error resolve', 'failed while it was passed on'],
    [200, refusal('EGW09999'), 'unresolved network_error resolve', 'an unknown failure of the gateway'],
    [200, { rt_cd: '1' }, 'unresolved network_error resolve', 'a refusal without a word'],
    [200, '<html>please wait</html>', 'unresolved network_error resolve', 'a page of markup'],
    [502, 'Bad Gateway', 'unresolved network_error resolve', 'no answer of its own'],
  ])('HTTP %d with %j: %s, %s', (status, body, expected, _why) => expect(placed(status, body)).toBe(expected));
});

it('a cancel that finds nothing left is gone, however that is said', () => {
  const bodies = [
    refusal('40330000', '정정/취소할 수량이 없습니다'),
    refusal('APBK0344', '원주문정보가 존재하지 않습니다.'),
  ];
  for (const body of bodies) expect(readKisAnswer(answered(200, body), 'cancel')).toMatchObject({ outcome: 'gone' });
});

it('a list goes on while its header says so', () => {
  const page = (tr_cont: string) => readKisAnswer(answered(200, { rt_cd: '0' }, { tr_cont }), 'read');
  expect(['M', 'F', 'D', 'E', ''].map(page)).toMatchObject([
    { more: true },
    { more: true },
    { more: false },
    { more: false },
    { more: false },
  ]);
});
