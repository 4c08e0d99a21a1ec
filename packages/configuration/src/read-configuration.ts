import { readFileSync } from 'node:fs';
import { type Document, LineCounter, parseDocument, visit } from 'yaml';
import type { z } from 'zod';
import type { Configuration } from './configuration.ts';
import { type ConfigurationFile, configurationSchema } from './configuration-schema.ts';
import { crossCheck, demoInstallation } from './cross-checks.ts';
import { locate, type Path } from './locate.ts';
import { ConfigurationError, type Problem } from './problem.ts';
import { describeSecret, resolveSecret, type SecretEnvironment } from './secret.ts';
import { toConfiguration } from './to-configuration.ts';
import { tokenHash } from './token-hash.ts';

/** 24 characters of base64 are 144 random bits; anything shorter is a password someone made up. */
const shortestToken = 24;

export type ReadConfiguration = { configuration: Configuration; warnings: Problem[] };

/**
 * Reads and checks a configuration file.
 *
 * A webhook token must resolve, because its hash is what gets stored. An exchange key need not: the command that
 * applies the file often runs where the keys are not mounted, and they are read by order-queue, not here. A key that
 * is absent is a warning.
 *
 * @throws ConfigurationError with every problem found, each with its line.
 */
export function readConfiguration(file: string, environment: SecretEnvironment): ReadConfiguration {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unreadable';
    throw new ConfigurationError(file, [
      { line: 1, column: 1, path: '', message: `expected a readable configuration file (${code})` },
    ]);
  }
  return parseConfiguration(file, text, environment);
}

/** As `readConfiguration`, from text already read. */
export function parseConfiguration(file: string, text: string, environment: SecretEnvironment): ReadConfiguration {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  if (document.errors.length > 0) {
    throw new ConfigurationError(
      file,
      document.errors.map(({ code, message, pos }) => {
        const { line, col } = lines.linePos(pos[0]);
        const expected = code === 'DUPLICATE_KEY' ? 'expected each name once; this one stands twice' : message;
        return { line, column: col, path: '', message: expected };
      }),
    );
  }
  const at = (path: Path, message: string, where: 'key' | 'value' = 'value'): Problem => ({
    ...locate(document, lines, path, where),
    path: path.join('.'),
    message,
  });

  const value = plainValue(document);
  const parsed = configurationSchema.safeParse(value);
  const problems = parsed.success ? [] : parsed.error.issues.flatMap((issue) => toProblems(issue, at));
  // What is well formed is checked further even so: a person wants all mistakes at once, not one kind after the other.
  const sound = parsed.success ? parsed : configurationSchema.safeParse(withoutBroken(value, parsed.error.issues));
  if (!sound.success) throw new ConfigurationError(file, sortByPlace(problems));

  problems.push(...crossCheck(sound.data, namesIn(value, 'accounts')).map(({ path, message }) => at(path, message)));
  const tokens = readTokens(sound.data, environment, (path, message) => problems.push(at(path, message)));
  if (!parsed.success || problems.length > 0) throw new ConfigurationError(file, sortByPlace(problems));

  return {
    configuration: toConfiguration(parsed.data, tokens),
    warnings: missingKeys(parsed.data, environment).map(({ path, message }) => at(path, message)),
  };
}

/** Numbers stay the text they were written in: a float would turn 0.1 into something else before we see it. */
function plainValue(document: Document): unknown {
  visit(document, {
    Scalar(_, node) {
      if (typeof node.value === 'number' && node.source !== undefined) node.value = node.source;
    },
  });
  return document.toJS({ maxAliasCount: 100 });
}

/** The file without the accounts, strategies and jobs that are not well formed. */
function withoutBroken(value: unknown, issues: readonly z.core.$ZodIssue[]): unknown {
  const copy = structuredClone(value) as Record<string, Record<string, unknown>>;
  for (const { path } of issues) {
    const [section, name] = path;
    if (['accounts', 'strategies', 'jobs'].includes(String(section)) && name !== undefined)
      delete copy[String(section)]?.[String(name)];
  }
  return copy;
}

function namesIn(value: unknown, section: string): string[] {
  const things = (value as Record<string, unknown> | null)?.[section];
  return typeof things === 'object' && things !== null ? Object.keys(things) : [];
}

type At = (path: Path, message: string, where?: 'key' | 'value') => Problem;

function toProblems(issue: z.core.$ZodIssue, at: At): Problem[] {
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => at([...issue.path, key], 'unknown setting; expected only known ones', 'key'));
    case 'invalid_key':
      return issue.issues.map((inner) => at(issue.path, inner.message, 'key'));
    case 'invalid_type':
      return [
        at(issue.path, issue.message.startsWith('expected') ? issue.message : `expected ${plainType(issue.expected)}`),
      ];
    default:
      return [at(issue.path, issue.message)];
  }
}

function plainType(expected: string): string {
  if (expected === 'object' || expected === 'record') return 'a mapping (indented "name: value" lines)';
  if (expected === 'string') return 'text';
  return `a ${expected}`;
}

function sortByPlace(problems: Problem[]): Problem[] {
  return problems.toSorted((a, b) => a.line - b.line || a.column - b.column);
}

function readTokens(
  file: ConfigurationFile,
  environment: SecretEnvironment,
  report: (path: Path, message: string) => void,
): Map<string, string> {
  const hashes = new Map<string, string>();
  for (const [name, { token }] of Object.entries(file.strategies)) {
    const path = ['strategies', name, 'token'];
    const secret = resolveSecret(token, environment);
    if (!secret.ok) {
      report(path, `expected the webhook token: ${secret.reason}`);
    } else if (secret.value.length < shortestToken && file.installation.name !== demoInstallation) {
      report(
        path,
        `expected a token of at least ${shortestToken} characters in ${describeSecret(token)}, found ${secret.value.length}; make one with: openssl rand -base64 24`,
      );
    } else {
      hashes.set(name, tokenHash(secret.value));
    }
  }
  return hashes;
}

function missingKeys(file: ConfigurationFile, environment: SecretEnvironment): { path: Path; message: string }[] {
  const bot = file.installation.bot_token;
  const noBot =
    bot === null || resolveSecret(bot, environment).ok
      ? []
      : [
          {
            path: ['installation', 'bot_token'],
            message: `${describeSecret(bot)} cannot be read here; notifier needs it where it runs`,
          },
        ];
  const noKeys = Object.entries(file.accounts).flatMap(([name, account]) =>
    (['api_key', 'api_secret', 'account_number'] as const).flatMap((field) => {
      const reference = account[field];
      if (reference === undefined || resolveSecret(reference, environment).ok) return [];
      const where = describeSecret(reference);
      return [
        {
          path: ['accounts', name, field],
          message: `${where} cannot be read here; order-queue needs it where it runs`,
        },
      ];
    }),
  );
  return [...noBot, ...noKeys];
}
