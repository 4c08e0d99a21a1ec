import { QueryError } from './query-error.ts';

/**
 * A test for a regular expression. Those that Sluice writes are literals, alternatives and classes of characters, which
 * JavaScript and Loki's RE2 read alike; what only one of them knows is refused.
 */
export function compilePattern(pattern: string, match: 'whole' | 'part'): (text: string) => boolean {
  const anyCase = pattern.startsWith('(?i)');
  const source = anyCase ? pattern.slice('(?i)'.length) : pattern;
  // Look-around, back references and named groups are not in RE2, flags inside not in JavaScript.
  if (/(?<!\\)(\\\\)*(\(\?|\\[1-9k])/.test(source)) throw new QueryError(`the pattern "${pattern}" is not known here`);
  try {
    const compiled = new RegExp(match === 'whole' ? `^(?:${source})$` : source, anyCase ? 'iu' : 'u');
    return (text) => compiled.test(text);
  } catch {
    throw new QueryError(`the pattern "${pattern}" cannot be read`);
  }
}
