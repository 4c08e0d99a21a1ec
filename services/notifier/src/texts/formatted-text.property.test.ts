import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bold, type FormattedText, joinTexts, plain, splitText } from './formatted-text.ts';

const characters = fc.constantFrom('a', '가', ' ', '\n', '👩‍👩‍👧', '🇰🇷', 'é', '<', '&', '_', '*');
const piece = fc
  .tuple(fc.boolean(), fc.array(characters, { maxLength: 40 }))
  .map(([isBold, text]) => (isBold ? bold(text.join('')) : plain(text.join(''))));
const whole = fc.array(piece, { maxLength: 12 }).map((pieces) => joinTexts(pieces, ' '));

const boldText = ({ text, bold: ranges }: FormattedText) => ranges.map(([from, to]) => text.slice(from, to)).join('');
const unspaced = (text: string) => text.replaceAll(/\s+/g, '');

test('a split text loses nothing but white space at the cuts, and no part is too long', () => {
  fc.assert(
    fc.property(whole, fc.integer({ min: 20, max: 120 }), (text, longest) => {
      const parts = splitText(text, longest);
      expect(unspaced(parts.map((part) => part.text).join(''))).toBe(unspaced(text.text));
      expect(unspaced(parts.map(boldText).join(''))).toBe(unspaced(boldText(text)));
      for (const part of parts) {
        expect(part.text.length).toBeLessThanOrEqual(longest);
        expect(part.text.isWellFormed()).toBe(true);
        for (const [from, to] of part.bold) expect(from < to && to <= part.text.length).toBe(true);
      }
    }),
    { numRuns: 300 },
  );
});

test('a cut goes to the end of a line, else of a word, and never through a character of several units', () => {
  expect(splitText(plain('one two\nthree four'), 12).map(({ text }) => text)).toEqual(['one two', 'three four']);
  expect(splitText(plain('one two three four'), 10).map(({ text }) => text)).toEqual(['one two', 'three four']);
  const family = '👩‍👩‍👧‍👦';
  expect(splitText(plain(family.repeat(4)), family.length + 3).map(({ text }) => text)).toEqual(Array(4).fill(family));
});

test('a bold range is not cut in two', () => {
  const text = joinTexts([plain('x'.repeat(15)), bold('title'), plain('y'.repeat(15))], '');
  const parts = splitText(text, 18);
  expect(parts.map((part) => part.text)).toEqual(['x'.repeat(15), `title${'y'.repeat(13)}`, 'yy']);
  expect(parts.map(boldText)).toEqual(['', 'title', '']);
});
