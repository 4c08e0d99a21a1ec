import { type ParseErrorCode, printParseErrorCode, visit } from 'jsonc-parser';
import { type BodyValue, type FieldError, formatPath, NumberText } from './body-value.ts';

/** An alert is three levels deep; the rest is room for fields of the sender's own. */
const maxDepth = 8;
/** A body cut in the middle breaks every bracket it had open; the first few say what is wrong. */
const maxErrors = 20;

export type BodyReading = { kind: 'read'; body: BodyValue } | { kind: 'unreadable'; errors: FieldError[] };

/** What is open where the reading stands; `at` is the place in it, kept until the next one so that a fault has a name. */
type Container =
  | { kind: 'object'; entries: [string, BodyValue][]; at: string | null }
  | { kind: 'array'; items: BodyValue[]; at: number };

class GivenUp extends Error {}

/**
 * Reads JSON strictly, by content and not by content type. JSON.parse would do it too, but it takes the last of two
 * equal keys, turns 1e999 into Infinity and 0.1 into a binary fraction, and cannot say at which order it stumbled.
 */
export function readBody(text: string): BodyReading {
  const errors = new Map<string, string>();
  const open: Container[] = [];
  let root: BodyValue = null;

  const path = (): string => {
    return formatPath(open.map((container) => container.at).filter((at) => at !== null));
  };
  const refuse = (message: string): void => {
    const at = path();
    // The parser stumbles over one mistake several times; its first remark is the one that helps.
    if (!errors.has(at)) errors.set(at, message);
    if (errors.size >= maxErrors) throw new GivenUp();
  };
  const put = (value: BodyValue): void => {
    const container = open.at(-1);
    if (container === undefined) {
      root = value;
    } else if (container.kind === 'array') {
      container.items.push(value);
    } else if (container.at !== null) {
      container.entries.push([container.at, value]);
    }
  };
  const begin = (container: Container): void => {
    if (open.length === maxDepth) {
      refuse(`is nested deeper than ${maxDepth} levels`);
      // Going on would follow the nesting to the bottom of the stack.
      throw new GivenUp();
    }
    open.push(container);
  };
  const end = (): void => {
    const container = open.pop();
    if (container !== undefined) put(container.kind === 'array' ? container.items : toObject(container.entries));
  };

  try {
    visit(
      text,
      {
        onObjectBegin: () => begin({ kind: 'object', entries: [], at: null }),
        onArrayBegin: () => begin({ kind: 'array', items: [], at: 0 }),
        onObjectEnd: end,
        onArrayEnd: end,
        onObjectProperty: (key) => {
          const container = open.at(-1);
          if (container?.kind !== 'object') return;
          container.at = key;
          if (key === '__proto__') refuse('is not a field name an alert may use');
          if (container.entries.some(([earlier]) => earlier === key)) refuse('is given twice; say it once');
        },
        onSeparator: (separator) => {
          const container = open.at(-1);
          if (separator === ',' && container?.kind === 'array') container.at += 1;
        },
        onLiteralValue: (value, offset, length) => {
          put(typeof value === 'number' ? new NumberText(text.slice(offset, offset + length)) : value);
        },
        onError: (code, offset, length) => refuse(syntaxMessage(code, text.slice(offset, offset + length), path())),
      },
      { disallowComments: true, allowTrailingComma: false },
    );
  } catch (error) {
    if (!(error instanceof GivenUp)) throw error;
  }
  if (errors.size > 0) {
    return { kind: 'unreadable', errors: Array.from(errors, ([at, message]) => ({ path: at, message })) };
  }
  return { kind: 'read', body: root };
}

/** Without a prototype, so that `constructor` or `toString` in a body are fields like any other. */
function toObject(entries: [string, BodyValue][]): BodyValue {
  const object: Record<string, BodyValue> = Object.create(null);
  for (const [key, value] of entries) object[key] = value;
  return object;
}

/** Shows what was found only where it is short and not a token: an unquoted one would end up in the log. */
function syntaxMessage(code: ParseErrorCode, found: string, path: string): string {
  const what = printParseErrorCode(code)
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase();
  if (found === '') return `is not JSON: ${what} at the end`;
  return found.length > 20 || /token/i.test(path)
    ? `is not JSON: ${what}`
    : `is not JSON: ${what} at ${JSON.stringify(found)}`;
}
