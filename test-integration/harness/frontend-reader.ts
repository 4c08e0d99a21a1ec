/** Follows one connection's messages to the server: which text each Execute runs, and with what values, as bytes. */
export class FrontendReader {
  readonly #executed: (text: string, values: string) => void;
  readonly #prepared = new Map<string, string>();
  readonly #portals = new Map<string, { text: string; values: string }>();
  #buffer: Buffer = Buffer.alloc(0);
  #started = false;

  constructor(executed: (text: string, values: string) => void) {
    this.#executed = executed;
  }

  read(chunk: Buffer): void {
    this.#buffer = Buffer.concat([this.#buffer, chunk]);
    for (;;) {
      // The messages before the session starts (TLS request, startup) have a length and no type.
      const typed = this.#started ? 1 : 0;
      if (this.#buffer.length < typed + 4) return;
      const end = typed + this.#buffer.readInt32BE(typed);
      if (this.#buffer.length < end) return;
      const body = this.#buffer.subarray(typed + 4, end);
      if (this.#started) this.#message(String.fromCharCode(this.#buffer[0]!), body);
      else if (body.readInt32BE(0) === protocolVersion3) this.#started = true;
      this.#buffer = this.#buffer.subarray(end);
    }
  }

  #message(type: string, body: Buffer): void {
    const first = textAt(body, 0);
    const second = textAt(body, Buffer.byteLength(first) + 1);
    if (type === 'P') this.#prepared.set(first, second);
    else if (type === 'B') {
      const values = body.toString('latin1', Buffer.byteLength(first) + Buffer.byteLength(second) + 2);
      this.#portals.set(first, { text: this.#prepared.get(second) ?? '', values });
    } else if (type === 'E') {
      const { text, values } = this.#portals.get(first) ?? { text: '', values: '' };
      this.#executed(text, values);
    } else if (type === 'Q') this.#executed(first, '');
  }
}

const protocolVersion3 = 196_608;

function textAt(body: Buffer, at: number): string {
  const end = body.indexOf(0, at);
  return body.toString('utf8', at, end === -1 ? at : end);
}
