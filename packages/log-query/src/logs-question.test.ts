import { parser } from '@grafana/lezer-logql';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { levelOf, logLevels, severityPattern } from './log-line.ts';
import { allLines, countOf, type LogsQuestion, matchingLines, windowNs } from './logs-question.ts';

const question: LogsQuestion = {
  tag: 'QUEUE_REBAL',
  untagged: false,
  since: 1_000,
  until: 61_000,
  levels: [],
  search: null,
  limit: 100,
};

describe('the queries', () => {
  test('select the lines of one job', () => {
    expect(matchingLines('sluice', question)).toBe('{service_namespace="sluice", job_tag="QUEUE_REBAL"}');
  });

  test('select the lines without a tag too, and still no other job', () => {
    expect(matchingLines('sluice', { ...question, untagged: true })).toBe(
      '{service_namespace="sluice", job_tag=~"QUEUE_REBAL|"}',
    );
  });

  test('select the lines of every deployment where none is named', () => {
    expect(allLines(null)).toBe('{service_name=~".+"}');
    expect(matchingLines(null, question)).toBe('{service_name=~".+", job_tag="QUEUE_REBAL"}');
  });

  test('filter by level and by text', () => {
    expect(matchingLines('sluice', { ...question, levels: ['WARNING', 'ERROR'], search: 'a.b "c"' })).toBe(
      '{service_namespace="sluice", job_tag="QUEUE_REBAL"} | severity_number=~"1[3-6]|1[7-9]|2[0-4]"' +
        ' |~ "(?i)a\\\\.b \\"c\\""',
    );
  });

  test('count the lines of a window', () => {
    expect(countOf(allLines('sluice'), question)).toBe('sum(count_over_time({service_namespace="sluice"} [60000ms]))');
    expect(windowNs(question)).toEqual({ after: 999_000_000n, upTo: 60_999_000_000n });
  });

  test.each(logLevels)('%s means the severity numbers that are shown as it', (level) => {
    const pattern = new RegExp(`^(?:${severityPattern[level]})$`);
    for (let number = 0; number <= 24; number += 1) {
      expect(pattern.test(number === 0 ? '' : String(number))).toBe(levelOf(number) === level);
    }
  });
});

describe('a text to search for', () => {
  // Most of all what could end a string, an escape, a comment or a selector.
  const pieces = [
    '"',
    '\\',
    '`',
    '}',
    '{',
    '|',
    '|=',
    '\n',
    '\0',
    '#',
    '\\"',
    ')',
    '[1s]',
    '(?i)',
    '𝄞',
    '검색',
    '\u2028',
  ];
  const piece = fc.oneof(fc.constantFrom(...pieces), fc.string({ unit: 'binary', maxLength: 5 }));
  const search = fc
    .array(piece, { maxLength: 20 })
    .map((parts) => parts.join(''))
    .filter((text) => text !== '');
  const asked = fc.record({ search, untagged: fc.boolean(), levels: fc.subarray([...logLevels]) });

  test('is never anything but the one string of the one line filter, whatever it holds', () => {
    fc.assert(
      fc.property(asked, fc.boolean(), (parts, counted) => {
        const lines = matchingLines('sluice', { ...question, ...parts });
        const query = counted ? countOf(lines, question) : lines;
        const found = namesAndTexts(query);
        const filters = found.filter(({ name }) => name === 'LineFilter');
        const strings = found.filter(({ name }) => name === 'String');
        expect(found.filter(({ name }) => name === '⚠')).toEqual([]);
        expect(found.filter(({ name }) => name === 'LogExpr' || name === 'LogRangeExpr')).toHaveLength(1);
        expect(found.filter(({ name }) => name === 'PipelineStage')).toHaveLength(parts.levels.length > 0 ? 2 : 1);
        expect(filters).toHaveLength(1);
        expect(strings).toHaveLength(parts.levels.length > 0 ? 4 : 3);
        expect(textMeant(strings.at(-1)!.text)).toBe(parts.search);
      }),
      { numRuns: 500 },
    );
  });

  test('reaches Loki as printable ASCII', () => {
    fc.assert(
      fc.property(search, (text) => {
        expect(matchingLines('sluice', { ...question, search: text })).toMatch(/^[\x20-\x7e]*$/);
      }),
    );
  });
});

function namesAndTexts(query: string): { name: string; text: string }[] {
  const found: { name: string; text: string }[] = [];
  parser.parse(query).iterate({
    enter: ({ name, from, to }) => {
      found.push({ name, text: query.slice(from, to) });
    },
  });
  return found;
}

/** What a written pattern `"(?i)…"` matches: escapes of the string undone first, then those of the pattern. */
function textMeant(written: string): string {
  const pattern = written
    .slice(1, -1)
    .replace(/\\(?:U([0-9a-f]{8})|u([0-9a-f]{4})|(["\\]))/g, (_, long, short, plain) =>
      plain === undefined ? String.fromCodePoint(Number.parseInt(long ?? short, 16)) : plain,
    );
  expect(pattern.startsWith('(?i)')).toBe(true);
  return pattern.slice(4).replace(/\\([\\.+*?()|[\]{}^$])|([.+*?()|[\]{}^$])/g, (_, plain, bare) => {
    if (bare !== undefined) throw new Error(`"${bare}" is part of the pattern and not of the text`);
    return plain;
  });
}
