import { expect, test } from 'vitest';
import { z } from 'zod';
import { EnvError, readEnv } from './read-env.ts';

const schema = z.object({
  PORT: z.coerce.number().int().min(1).max(65_535).default(8080),
  DATABASE_URL: z.url(),
  ADMIN_TOKEN: z.string().min(16),
  MODE: z.enum(['paper', 'live']),
  ACCOUNT: z.string().optional(),
});
const good = { DATABASE_URL: 'postgres://localhost/x', ADMIN_TOKEN: 'a-demo-token-of-some-length', MODE: 'paper' };

const messageOf = (source: Record<string, string | undefined>): string => {
  try {
    readEnv(schema, source);
  } catch (error) {
    expect(error).toBeInstanceOf(EnvError);
    return (error as Error).message;
  }
  throw new Error('it was taken');
};

test('values come out typed, with defaults, and unknown variables are ignored', () => {
  expect(readEnv(schema, { ...good, PORT: '9000', HOME: '/root' })).toEqual({ ...good, PORT: 9000 });
});

test('an empty variable counts as not set', () => {
  expect(readEnv(schema, { ...good, PORT: '', ACCOUNT: '' })).toEqual({ ...good, PORT: 8080 });
});

test('every wrong variable is named at once, with what was expected', () => {
  const message = messageOf({ PORT: '70000', MODE: 'dry' });
  expect(message).toMatch(/PORT: .*65535, but it is "70000"/);
  expect(message).toMatch(/MODE: .*"paper"\|"live".*, but it is "dry"/);
  expect(message).toMatch(/DATABASE_URL: not set; /);
  expect(message).toMatch(/ADMIN_TOKEN: not set; /);
  expect(message).not.toContain('ACCOUNT');
});

test.each(['ADMIN_TOKEN', 'DATABASE_URL'])('the value of %s is never shown', (name) => {
  const message = messageOf({ ...good, [name]: 'hunter2' });
  expect(message).toContain(name);
  expect(message).not.toContain('hunter2');
});
