import type { Attributes } from '@opentelemetry/api';

/** The root of the workspace, so that a path reads the same on every machine. */
const ROOT = new URL('../../../', import.meta.url).href;
const FRAME = /\(?(?:async )?((?:file:\/\/|\/)[^()]*?):(\d+):\d+\)?$/;

const FILE = 'code.file.path';
const LINE = 'code.line.number';
/** Where a record was written, as attributes; the text console leaves them out. */
export const LOCATION_ATTRIBUTES: ReadonlySet<string> = new Set([FILE, LINE]);

type Location = { file: string; line?: number };

/** Texts that are put together anew for each call would fill the memory of places. */
const MOST_PLACES = 200;

/**
 * Where the calls of one logger at one level stand. Taking the stack apart costs 2.5 µs, four times the record itself,
 * so a place is looked up once per text and remembered: the text of a call is written in its source, once per module
 * and level (`log-calls.test.ts` holds that).
 */
export class CallPlaces {
  readonly #places = new Map<string, Location | undefined>();

  /** Adds the file and line that called `below` with this text. */
  addTo(attributes: Attributes, text: string, below: (...args: never[]) => unknown): void {
    let place = this.#places.get(text);
    if (place === undefined && !this.#places.has(text)) {
      place = callerOf(below);
      if (this.#places.size < MOST_PLACES) this.#places.set(text, place);
    }
    set(attributes, place);
  }
}

/** The function whose caller is meant, or a file that is known, as far as it is. */
export type Place = ((...args: never[]) => unknown) | { file: string | undefined };

/** The same without a memory: for texts that differ from call to call. Looking for a caller costs about 2.5 µs. */
export function addLocation(attributes: Attributes, place: Place): void {
  if (typeof place === 'function') set(attributes, callerOf(place));
  else if (place.file !== undefined) set(attributes, { file: place.file });
}

function set(attributes: Attributes, place: Location | undefined): void {
  if (place === undefined) return;
  attributes[FILE] = place.file;
  if (place.line !== undefined) attributes[LINE] = place.line;
}

function callerOf(below: (...args: never[]) => unknown): Location | undefined {
  const holder: { stack?: unknown } = {};
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 1;
  Error.captureStackTrace(holder, below);
  Error.stackTraceLimit = limit;
  // A tool that replaced Error.prepareStackTrace may leave something else than text here.
  const frame = typeof holder.stack === 'string' ? FRAME.exec(holder.stack) : null;
  if (!frame) return undefined;
  const path = frame[1]!.startsWith('/') ? `file://${frame[1]}` : frame[1]!;
  const file = path.startsWith(ROOT) ? path.slice(ROOT.length) : path.slice(path.lastIndexOf('/') + 1);
  return { file, line: Number(frame[2]) };
}
