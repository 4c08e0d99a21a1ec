import { z } from 'zod';

/** Chats, the bot's token, languages and the time zone are in the configuration, which changes without a restart. */
export const envSchema = z.object({
  DATABASE_URL: z.url({
    protocol: /^postgres(ql)?$/,
    error: 'the address of Postgres, postgres://user:password@host/db; direct, not a transaction pooler',
  }),
  PORT: z.coerce.number().int().min(0).max(65_535).default(8083),
  HOST: z.string().default('127.0.0.1'),
  /** Where a token that is given as a file is mounted. */
  SECRETS_DIR: z.string().optional(),
});

export type Env = z.infer<typeof envSchema>;
