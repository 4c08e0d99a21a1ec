/** One thing wrong with a configuration file: where, and what was expected there. Lines and columns count from 1. */
export type Problem = { line: number; column: number; path: string; message: string };

/** A configuration file that cannot be used; lists everything found wrong with it at once. */
export class ConfigurationError extends Error {
  override name = 'ConfigurationError';
  readonly file: string;
  readonly problems: readonly Problem[];

  constructor(file: string, problems: readonly Problem[]) {
    super(problems.map((problem) => formatProblem(file, problem)).join('\n'));
    this.file = file;
    this.problems = problems;
  }
}

/** `config/demo.yaml:12:5 accounts.main.venue: expected …`, the form editors and terminals turn into a link. */
export function formatProblem(file: string, { line, column, path, message }: Problem): string {
  return `${file}:${line}:${column} ${path === '' ? '' : `${path}: `}${message}`;
}
