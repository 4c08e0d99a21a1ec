const began = performance.now();

/** A line for whoever watches a long run. */
export function progress(text: string): void {
  const seconds = ((performance.now() - began) / 1_000).toFixed(1).padStart(6);
  process.stdout.write(`${seconds} s  ${text}\n`);
}
