import pc from 'picocolors';

const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];

/** What a person sees while the demo starts. On a terminal a step is one line that lives; elsewhere, two lines. */
export class Terminal {
  readonly #stream: NodeJS.WriteStream;
  #live: (() => string) | undefined;

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
  }

  line(text = ''): void {
    this.#clear();
    this.#stream.write(`${text}\n`);
    this.#draw();
  }

  /** Runs one step and shows that it goes on, what it says meanwhile, and how long it took. */
  async step<T>(title: string, run: (say: (note: string) => void) => Promise<T>): Promise<T> {
    const began = performance.now();
    const seconds = () => `${((performance.now() - began) / 1_000).toFixed(1)} s`;
    let note = '';
    let frame = 0;
    const terminal = this.#stream.isTTY;
    // Not at once: most steps are over before anyone could read that they began.
    const announce = setTimeout(() => !terminal && this.line(`· ${title} …`), 1_000);
    this.#live = () =>
      `${pc.cyan(frames[frame++ % frames.length]!)} ${title} … ${pc.dim([seconds(), note].filter(Boolean).join(', '))}`;
    // A log file wants to know that it goes on, not ten times a second.
    const timer = setInterval(
      () => (terminal ? this.#draw() : this.line(`  ${title}: ${[seconds(), note].filter(Boolean).join(', ')}`)),
      terminal ? 100 : 5_000,
    );
    let ended: string | undefined;
    try {
      const result = await run((text) => {
        note = text;
      });
      ended = `${pc.green('✓')} ${title} ${pc.dim(seconds())}`;
      return result;
    } finally {
      clearTimeout(announce);
      clearInterval(timer);
      this.#clear();
      this.#live = undefined;
      this.line(ended ?? `${pc.red('✗')} ${title}`);
    }
  }

  #draw(): void {
    if (!this.#live || !this.#stream.isTTY) return;
    this.#clear();
    const width = Math.max(20, this.#stream.columns || 80);
    const text = this.#live();
    // A line that wraps could not be cleared again; colours take no room, so cutting is only by what is seen.
    this.#stream.write(visibleLength(text) < width ? text : `${stripColours(text).slice(0, width - 1)}`);
  }

  #clear(): void {
    if (this.#live && this.#stream.isTTY) this.#stream.write('\r\x1b[2K');
  }
}

const colours = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, 'g');
const stripColours = (text: string): string => text.replaceAll(colours, '');
const visibleLength = (text: string): number => stripColours(text).length;
