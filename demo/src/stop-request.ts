import { existsSync } from 'node:fs';

export type StopRequest = {
  /** Aborted when the demo is to end, by whatever way that is said. */
  stop: AbortSignal;
  /** Aborted when someone asks a second time: no more waiting for what ends slowly. */
  hurry: AbortSignal;
  /** Ends the listening, so that the process can. */
  close: () => void;
};

/**
 * Listens for every way a demo is told to end: Ctrl-C and a closed terminal (which signal all of its processes), a
 * SIGTERM, make being interrupted alone (it tells its children nothing, but deletes the file it was making), and the
 * parent's death.
 */
export function listenForStop(whileExists: string | undefined): StopRequest {
  const stop = new AbortController();
  const hurry = new AbortController();
  const ask = (): void => (stop.signal.aborted ? hurry.abort() : stop.abort(new StoppedByRequest()));
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, ask);

  const parent = process.ppid;
  const watch = setInterval(() => {
    const told = process.ppid !== parent || (whileExists !== undefined && !existsSync(whileExists));
    if (told && !stop.signal.aborted) ask();
  }, 250);
  return { stop: stop.signal, hurry: hurry.signal, close: () => clearInterval(watch) };
}

/** The reason a stop request gives to whatever it cuts short. */
class StoppedByRequest extends Error {
  override name = 'StoppedByRequest';
}
