export type Output = { out: (line: string) => void; err: (line: string) => void };
export type Environment = Readonly<Record<string, string | undefined>>;

/** What a command works with besides its arguments. */
export type Context = {
  environment: Environment;
  output: Output;
  /** ms since the epoch. */
  now: () => number;
};
