import { stripVTControlCharacters } from 'node:util';

/** Equal warnings that follow within this long are counted instead of shown. */
const quietMs = 5_000;

/**
 * Shows the first warning of its kind at once and the ones like it as a count: one cause can make twenty orders warn in
 * the same moment, and all of them are in the log.
 */
export class WarningDigest {
  readonly #show: (line: string) => void;
  readonly #more = new Map<string, number>();

  constructor(show: (line: string) => void) {
    this.#show = show;
  }

  add(service: string, line: string): void {
    const kind = `${service} ${kindOf(line)}`;
    const more = this.#more.get(kind);
    if (more !== undefined) {
      this.#more.set(kind, more + 1);
      return;
    }
    this.#show(`${service}: ${line}`);
    this.#more.set(kind, 0);
    setTimeout(() => {
      const count = this.#more.get(kind) ?? 0;
      this.#more.delete(kind);
      if (count > 0) this.#show(`${service}: ${count} more like this one, in its log`);
    }, quietMs).unref();
  }
}

/** A log line without what tells one of its kind from another: the time, the job's tag, and names with their values. */
export function kindOf(line: string): string {
  return stripVTControlCharacters(line)
    .replace(/^\S+ \S+ (?=[A-Z]+:)/, '')
    .replace(/^([A-Z]+:) \[[A-Z_]+\]/, '$1')
    .replaceAll(/ [\w.]+=("[^"]*"|\S*)/g, '')
    .replaceAll(/\d+/g, '0');
}
