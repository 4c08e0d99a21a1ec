import { failureTypes, inWords, languages, notification } from '@sluice/contracts';
import { describe, expect, test } from 'vitest';
import type { Told } from '../incidents/incident.ts';
import { texts } from './catalogue.ts';
import { formatIncident } from './format-incident.ts';
import { examples, sayings } from './texts.fixture.ts';

const reader = (language: 'ko' | 'en') => ({ texts: texts[language], timeZone: 'Asia/Seoul' });
const failures = (count: number): [Told, ...Told[]] =>
  Array.from({ length: count }, (_, at) => ({
    ...(examples[0] as Extract<Told, { kind: 'order_failed' }>),
    orderId: 67 + at,
    at: `2025-10-23T05:03:${String(at).padStart(2, '0')}.000Z`,
    detail: 'Margin is insufficient.',
  })) as [Told, ...Told[]];

test('a final failure reads in Korean as it always did, with its order and time below', () => {
  expect(formatIncident([examples[0]!], null, reader('ko')).text).toBe(
    [
      '⚠️ 주문 실패 알림 (복구 불가능)',
      '전략: test1   계정: main   심볼: BTC/USDT   실패 유형: 잔고 부족',
      '오류 상세: Margin is insufficient. <b>&amp;</b> *_[x](y)',
      '조치 필요: 계정 잔고 확인 필요',
      '주문: #67   시각: 14:03:12',
    ].join('\n'),
  );
});

describe.each(languages)('in %s', (language) => {
  test('every kind of message reads like this', () => {
    const written = examples.map((told) => formatIncident([told], null, reader(language)));
    expect(written.map(({ text }) => text).join('\n\n')).toMatchSnapshot();
    for (const { text, bold } of written) expect(bold[0]).toEqual([0, text.indexOf('\n')]);
  });

  test('every failure says what to do next', () => {
    const lines = failureTypes.map(
      (type) => `${texts[language].failureTypes[type]} → ${texts[language].failureActions[type]}`,
    );
    expect(lines.join('\n')).toMatchSnapshot();
  });

  test('repeats are counted and each order is named', () => {
    expect(formatIncident(failures(13), null, reader(language)).text).toMatchSnapshot();
    const told = new Date('2025-10-23T05:03:00Z');
    expect(formatIncident(failures(3), told, reader(language)).text).toMatchSnapshot();
  });
});

test('twelve more are said to be twelve more since the first', () => {
  const { text } = formatIncident(failures(13), null, reader('en'));
  expect(text).toContain('12 more since 14:03:');
  for (let id = 67; id < 80; id += 1) expect(text).toContain(`#${id}`);
});

test('of a warning that began and ended while nobody could be told, the end is told', () => {
  const began = examples.find((told) => told.kind === 'backlog' && told.began)!;
  const ended = examples.find((told) => told.kind === 'backlog' && !told.began)!;
  const { text } = formatIncident([began, ended], null, reader('en'));
  expect(text.split('\n')[0]).toBe('✅ Backlog is over');
  expect(text).toContain('changed once since 14:03');
});

test('what the system says of itself is in the words of the reader, and only names stay as they are', () => {
  for (const said of Object.values(sayings)) {
    const told: Told = { kind: 'account_paused', key: 'k', at: '2025-10-23T05:03:12Z', account: 'a', ...inWords(said) };
    const detail = (language: 'ko' | 'en') => formatIncident([told], null, reader(language)).text.split('\n')[2]!;
    expect(detail('en')).toContain(said.code === 'rate_closed' ? 'before 2025-10-23 14:04:00' : told.detail);
    expect(detail('ko')).toMatch(/^상세: .*[가-힣]{2}/);
    // Three English words in a row are a sentence: none of ours is left in Korean.
    const names = Object.values(said).map(String);
    const ours = names.reduce((text, name) => text.replaceAll(name, ''), detail('ko'));
    expect(ours).not.toMatch(/[a-z]+ [a-z]+ [a-z]+/i);
  }
});

test('the facts of a newer version are told in its English, and the message is read all the same', () => {
  const newer = { ...examples.find(({ kind }) => kind === 'memory')!, said: { code: 'of_tomorrow' }, detail: 'news' };
  const read = notification.parse(newer);
  expect(formatIncident([read], null, reader('ko')).text).toContain('상세: news');
});
