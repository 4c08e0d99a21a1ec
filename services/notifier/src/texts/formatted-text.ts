/**
 * Text with its bold ranges, [from, to) in UTF-16 units, as Telegram takes it. The ranges go beside the text, not into
 * it as HTML or Markdown: nothing has to be escaped, and no text of an exchange can be taken for a format.
 */
export type FormattedText = { text: string; bold: [number, number][] };

/** Telegram's limit for one message. */
const LONGEST_TEXT = 4_096;

export const plain = (text: string): FormattedText => ({ text, bold: [] });
export const bold = (text: string): FormattedText => ({ text, bold: text === '' ? [] : [[0, text.length]] });

export function joinTexts(parts: readonly FormattedText[], separator: string): FormattedText {
  const joined: FormattedText = { text: '', bold: [] };
  for (const [at, part] of parts.entries()) {
    if (at > 0) joined.text += separator;
    const offset = joined.text.length;
    for (const [from, to] of part.bold) joined.bold.push([from + offset, to + offset]);
    joined.text += part.text;
  }
  return joined;
}

/**
 * Cuts a text into parts of at most `longest` units: at the end of a line, else of a word, else between two characters as
 * a reader sees them. A bold range is never cut unless it is longer than a part itself.
 */
export function splitText(whole: FormattedText, longest = LONGEST_TEXT): FormattedText[] {
  const parts: FormattedText[] = [];
  let from = 0;
  while (from < whole.text.length) {
    const to = cutAfter(whole, from, longest);
    const part = sliceText(whole, from, to);
    if (part.text.trim() !== '') parts.push(part);
    from = to;
  }
  return parts;
}

function cutAfter({ text, bold: ranges }: FormattedText, from: number, longest: number): number {
  const limit = from + longest;
  if (limit >= text.length) return text.length;
  const inRange = (at: number) => ranges.some(([start, end]) => start < at && at < end && end - start <= longest);
  for (const boundary of ['\n', ' ']) {
    // A cut that leaves most of the part empty would make more parts than it is worth.
    for (
      let at = text.lastIndexOf(boundary, limit - 1);
      at >= from + longest / 2;
      at = text.lastIndexOf(boundary, at - 1)
    ) {
      if (!inRange(at + 1)) return at + 1;
    }
  }
  const holding = ranges.find(([start, end]) => start > from && start < limit && limit < end);
  const least = holding ? holding[0] : limit;
  return lastCharacterEnd(text, from, least);
}

const graphemes = new Intl.Segmenter('und', { granularity: 'grapheme' });
/** Longer than any character in use, families of emoji included. */
const CHARACTER = 64;

/** The last end of a character at or before `limit`; `limit` itself where a single character is longer than all there is. */
function lastCharacterEnd(text: string, from: number, limit: number): number {
  const start = Math.max(from, limit - CHARACTER);
  const segment = graphemes.segment(text.slice(start, limit + CHARACTER)).containing(limit - start);
  const end = segment === undefined ? limit : start + segment.index;
  return end > from ? end : limit;
}

function sliceText({ text, bold: ranges }: FormattedText, from: number, to: number): FormattedText {
  const cut = text.slice(from, to).trimEnd();
  const inside = ranges
    .map(([start, end]): [number, number] => [Math.max(start - from, 0), Math.min(end - from, cut.length)])
    .filter(([start, end]) => start < end);
  return { text: cut, bold: inside };
}
