import type { z } from 'zod';

/** The environment does not hold what the program needs. The message names every variable and what it should be. */
export class EnvError extends Error {
  override readonly name = 'EnvError';
}

const SECRET_NAME = /token|secret|password|passwd|key|credential|auth|dsn|url/i;

/**
 * Reads settings from the environment once, by schema, so that a missing one is told at start and not at 3 a.m.
 * Variables the schema does not name are ignored; an empty one counts as not set. Throws EnvError.
 */
export function readEnv<Schema extends z.ZodType>(
  schema: Schema,
  source: Record<string, string | undefined> = process.env,
): z.output<Schema> {
  // Compose and Helm pass an unset setting as an empty string.
  const given = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== undefined && value !== ''));
  const result = schema.safeParse(given);
  if (result.success) return result.data;
  const lines = result.error.issues.map((issue) => `  ${describe(issue, given)}`);
  throw new EnvError(`the environment is not complete:\n${[...new Set(lines)].join('\n')}`);
}

function describe(issue: z.core.$ZodIssue, given: Record<string, string | undefined>): string {
  const name = issue.path.map(String).join('.') || 'the environment';
  const value = given[name];
  if (value === undefined) return `${name}: not set; ${issue.message}`;
  // A database address holds its password, so its name counts as a secret's.
  if (SECRET_NAME.test(name)) return `${name}: ${issue.message} (its value is not shown)`;
  return `${name}: ${issue.message}, but it is "${value}"`;
}
