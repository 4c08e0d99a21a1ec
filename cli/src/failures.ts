/** What the exit code says, for scripts. */
export const exitCodes = {
  done: 0,
  /** Refused, not found, or the file is wrong: another try changes nothing. */
  refused: 1,
  /** The command line is wrong; nothing was tried. */
  wrongUsage: 2,
  /** The gateway or the database did not answer, or not in time: try again, or look whether it happened. */
  unanswered: 3,
} as const;

/** A command that did not do what it was asked. The message is a sentence that says what to do; empty where it is told. */
export class CommandFailure extends Error {
  override readonly name = 'CommandFailure';
  readonly exitCode: number;

  constructor(message: string, exitCode: number) {
    super(message);
    this.exitCode = exitCode;
  }
}

export function refused(message: string | null): CommandFailure {
  return new CommandFailure(message ?? '', exitCodes.refused);
}

export function unanswered(message: string): CommandFailure {
  return new CommandFailure(message, exitCodes.unanswered);
}
