import { readFile } from 'node:fs/promises';
import { join, resolve, sep } from 'node:path';
import type { Credentials } from '@sluice/exchange';
import type { AccountConfig, Configuration, SecretReference } from '../configuration/configuration.ts';

/** The keys an account refers to are not there; a person has to put them there. */
export class MissingKeys extends Error {
  override readonly name = 'MissingKeys';
}

export type KeySources = { secretsDirectory: string | null; env: NodeJS.ProcessEnv };

/** Reads an account's keys anew each time; they are kept nowhere else. Throws {@link MissingKeys}. */
export type AccountKeys = { of(account: string): Promise<Credentials> };

/** Keys are in the environment or in files under `secretsDirectory`, as the configuration says of each account. */
export function createAccountKeys(configuration: () => Configuration, sources: KeySources): AccountKeys {
  return {
    async of(name) {
      const account = configuration().accounts.get(name);
      if (account === undefined) throw new MissingKeys(`account ${name} is not in the configuration`);
      const { apiKey, apiSecret, accountNumber } = account;
      return {
        apiKey: await readSecret(account, 'api_key', apiKey, sources),
        secret: await readSecret(account, 'api_secret', apiSecret, sources),
        ...(accountNumber === null
          ? {}
          : { accountNumber: await readSecret(account, 'account_number', accountNumber, sources) }),
      };
    },
  };
}

async function readSecret(
  account: AccountConfig,
  field: string,
  reference: SecretReference,
  { secretsDirectory, env }: KeySources,
): Promise<string> {
  if ('env' in reference) {
    const value = env[reference.env];
    if (value) return value;
    throw new MissingKeys(`${field} of account ${account.name}: set the environment variable ${reference.env}`);
  }
  if (secretsDirectory === null) {
    throw new MissingKeys(`${field} of account ${account.name} is a file: set SECRETS_DIR to the directory it is in`);
  }
  const root = resolve(secretsDirectory);
  const path = resolve(join(root, reference.file));
  if (!path.startsWith(root + sep))
    throw new MissingKeys(`${field} of account ${account.name} points outside SECRETS_DIR`);
  try {
    return (await readFile(path, 'utf8')).trim();
  } catch (error) {
    throw new MissingKeys(`${field} of account ${account.name}: ${reference.file} cannot be read in SECRETS_DIR`, {
      cause: error,
    });
  }
}
