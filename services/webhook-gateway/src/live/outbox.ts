/** What is handed to the connection at once, so that little is under way to a peer that has stopped reading. */
const piece = 64 * 1024;

export type Outbox = {
  readonly body: ReadableStream<Uint8Array>;
  /** Whether there was room; where there was none, nothing is added. */
  push(chunk: string): boolean;
  /** Resolves once all has been handed to the connection, or it is over. */
  drained(): Promise<void>;
  /** Ends the stream with a last comment in place of whatever waits. */
  finish(comment: string): void;
};

/** What waits for one listener, at most `maxLength` characters. The strings are shared with all others. */
export function createOutbox(options: { maxLength: number; onClosed: () => void }): Outbox {
  let waiting: string[] = [];
  let length = 0;
  let over = false;
  let asking: ReadableStreamDefaultController<Uint8Array> | undefined;
  let drains: (() => void)[] = [];
  const encoder = new TextEncoder();

  const drain = (): void => {
    for (const resolve of drains) resolve();
    drains = [];
  };
  /** Gives what waits to a connection that has asked for more. */
  const serve = (): void => {
    if (asking === undefined) return;
    const controller = asking;
    if (waiting.length > 0) {
      asking = undefined;
      controller.enqueue(encoder.encode(take()));
    } else if (over) {
      asking = undefined;
      controller.close();
    }
  };
  const take = (): string => {
    let taken = 0;
    let size = 0;
    while (taken < waiting.length && size < piece) size += waiting[taken++]!.length;
    const text = waiting.slice(0, taken).join('');
    waiting = waiting.slice(taken);
    length -= size;
    if (waiting.length === 0) drain();
    return text;
  };
  const close = (): void => {
    if (over) return;
    over = true;
    drain();
    options.onClosed();
  };

  const body = new ReadableStream<Uint8Array>(
    {
      // Called when the connection asks for more, and not again before it was given something.
      pull(controller) {
        asking = controller;
        serve();
      },
      cancel() {
        waiting = [];
        length = 0;
        close();
      },
    },
    { highWaterMark: 0 },
  );

  return {
    body,
    push(chunk) {
      if (over) return true;
      if (length + chunk.length > options.maxLength) return false;
      waiting.push(chunk);
      length += chunk.length;
      serve();
      return true;
    },
    drained() {
      if (waiting.length === 0 || over) return Promise.resolve();
      return new Promise((resolve) => drains.push(resolve));
    },
    finish(comment) {
      if (over) return;
      waiting = [`: ${comment}\n\n`];
      length = waiting[0]!.length;
      close();
      serve();
    },
  };
}
