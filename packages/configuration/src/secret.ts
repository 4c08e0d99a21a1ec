import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SecretReference } from './configuration.ts';

export type ResolvedSecret = { ok: true; value: string } | { ok: false; reason: string };

/** What secrets are resolved from: the environment's variables; `SECRETS_DIR` in it is where `{ file }` looks. */
export type SecretEnvironment = Readonly<Record<string, string | undefined>>;

/**
 * Reads a secret from where its reference points. A file's surrounding white space is cut, because editors and
 * `kubectl create secret --from-file` leave a newline at its end. The reason never holds any part of the secret.
 */
export function resolveSecret(reference: SecretReference, environment: SecretEnvironment): ResolvedSecret {
  if ('env' in reference) {
    const value = environment[reference.env]?.trim();
    return value
      ? { ok: true, value }
      : { ok: false, reason: `environment variable ${reference.env} is not set; set it to the secret` };
  }
  const directory = environment.SECRETS_DIR;
  if (!directory)
    return { ok: false, reason: `SECRETS_DIR is not set; set it to the directory that holds ${reference.file}` };
  try {
    const value = readFileSync(join(directory, reference.file), 'utf8').trim();
    return value ? { ok: true, value } : { ok: false, reason: `file ${reference.file} in SECRETS_DIR is empty` };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unreadable';
    return { ok: false, reason: `file ${reference.file} in SECRETS_DIR cannot be read (${code})` };
  }
}

/** How a reference is shown to a person. */
export function describeSecret(reference: SecretReference): string {
  return 'env' in reference ? `environment variable ${reference.env}` : `file ${reference.file}`;
}
