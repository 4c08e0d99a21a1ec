import { ConfigurationError } from '@sluice/configuration';
import { isConnectionError, MigrationError, startFailureSentence } from '@sluice/service-runtime';
import { CommanderError } from 'commander';
import type { Environment, Output } from './context.ts';
import { CommandFailure, exitCodes } from './failures.ts';
import { createProgram } from './program.ts';

/** Runs one command line and gives the exit code. Everything wrong is told in words on `err`, never as a stack. */
export async function runCommand(
  args: readonly string[],
  environment: Environment,
  output: Output,
  now: () => number = Date.now,
): Promise<number> {
  try {
    await createProgram({ environment, output, now }).parseAsync([...args], { from: 'user' });
    return exitCodes.done;
  } catch (error) {
    // Commander has told it already; its help, where it was asked for, is no mistake.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.wrongUsage;
    if (!(error instanceof CommandFailure && error.message === '')) output.err(explain(error));
    if (error instanceof CommandFailure) return error.exitCode;
    return isConnectionError(error) ? exitCodes.unanswered : exitCodes.refused;
  }
}

function explain(error: unknown): string {
  if (error instanceof ConfigurationError) {
    const count = error.problems.length;
    return `${error.message}\n${count === 1 ? 'One mistake' : `${count} mistakes`}; nothing was changed.`;
  }
  if (error instanceof MigrationError || error instanceof CommandFailure) return `sluice: ${error.message}`;
  return `sluice: ${startFailureSentence(error)}`;
}
