/** One log record, as Loki would keep it. */
export type StoredRecord = {
  timestampNs: bigint;
  /** What streams are told apart by. */
  labels: Readonly<Record<string, string>>;
  metadata: Readonly<Record<string, string>>;
  line: string;
};

/** V8 takes up to two bytes a character, and so much for a record and its place in the list. */
const bytesPerRecord = 400;

/** Records in memory, within a bound: when it is full, what came first is forgotten. */
export class LogStore {
  readonly #maxBytes: number;
  #records: (StoredRecord | undefined)[] = [];
  /** Where the oldest kept one stands; what is before it is forgotten. */
  #first = 0;
  #bytes = 0;
  readonly #byInstant = new Map<bigint, StoredRecord[]>();

  constructor({ maxBytes }: { maxBytes: number }) {
    this.#maxBytes = maxBytes;
  }

  /** Keeps a record once: a sender that heard no answer sends again, and Loki too drops what is equal in all. */
  add(record: StoredRecord): void {
    const sameInstant = this.#byInstant.get(record.timestampNs);
    if (sameInstant?.some((other) => isEqual(other, record))) return;
    if (sameInstant === undefined) this.#byInstant.set(record.timestampNs, [record]);
    else sameInstant.push(record);
    this.#records.push(record);
    this.#bytes += bytesOf(record);
    while (this.#bytes > this.#maxBytes && this.#first < this.#records.length) this.#forgetOldest();
  }

  /** Every kept record, in the order they came. */
  *records(): Generator<StoredRecord> {
    for (let i = this.#first; i < this.#records.length; i += 1) yield this.#records[i]!;
  }

  labelNames(): string[] {
    const names = new Set<string>();
    for (const { labels } of this.records()) for (const name of Object.keys(labels)) names.add(name);
    return [...names].sort();
  }

  labelValues(name: string): string[] {
    const values = new Set<string>();
    for (const { labels } of this.records()) {
      const value = Object.hasOwn(labels, name) ? labels[name] : undefined;
      if (value !== undefined) values.add(value);
    }
    return [...values].sort();
  }

  #forgetOldest(): void {
    const oldest = this.#records[this.#first]!;
    this.#records[this.#first] = undefined;
    this.#first += 1;
    this.#bytes -= bytesOf(oldest);
    const sameInstant = this.#byInstant.get(oldest.timestampNs)!;
    if (sameInstant.length === 1) this.#byInstant.delete(oldest.timestampNs);
    else sameInstant.splice(sameInstant.indexOf(oldest), 1);
    // Cut off in large pieces, so that forgetting one costs little on average.
    if (this.#first > 1_024 && this.#first * 2 > this.#records.length) {
      this.#records = this.#records.slice(this.#first);
      this.#first = 0;
    }
  }
}

function bytesOf({ line, labels, metadata }: StoredRecord): number {
  let characters = line.length;
  for (const fields of [labels, metadata]) {
    for (const [name, value] of Object.entries(fields)) characters += name.length + value.length;
  }
  return bytesPerRecord + 2 * characters;
}

function isEqual(a: StoredRecord, b: StoredRecord): boolean {
  return a.line === b.line && haveSameFields(a.labels, b.labels) && haveSameFields(a.metadata, b.metadata);
}

function haveSameFields(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name]);
}
