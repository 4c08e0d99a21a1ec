import { QueryError } from './query-error.ts';

const escapes: Record<string, string> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  '"': '"',
};

/** The text a LogQL string stands for: in back-quotes as it is, in double quotes with Go's escapes. */
export function readString(written: string): string {
  const inside = written.slice(1, -1);
  if (written.startsWith('`')) return inside;
  return inside.replace(/\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.?))/gsu, (all, short, long, single) => {
    const code = short ?? long;
    if (code === undefined) {
      const character = escapes[single as string];
      if (character === undefined) throw new QueryError(`the escape ${all} is not known here`);
      return character;
    }
    const point = Number.parseInt(code, 16);
    // Half of a pair is no character; Go refuses it too.
    if (point > 0x10_ff_ff || (point >= 0xd8_00 && point <= 0xdf_ff)) throw new QueryError(`${all} is no character`);
    return String.fromCodePoint(point);
  });
}
