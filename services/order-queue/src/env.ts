import { z } from 'zod';

/** Strategies, accounts, limits and venues are in the configuration, which changes without a restart. */
export const envSchema = z.object({
  DATABASE_URL: z.url({
    protocol: /^postgres(ql)?$/,
    error: 'the address of Postgres, postgres://user:password@host/db; direct, not a transaction pooler',
  }),
  PORT: z.coerce.number().int().min(0).max(65_535).default(8081),
  HOST: z.string().default('127.0.0.1'),
  /** Where keys that are given as files are mounted. */
  SECRETS_DIR: z.string().optional(),
  /** Seals access tokens in the database; needed where an account is on a venue that wants them. */
  TOKEN_SEALING_KEY: z
    .base64({ error: '32 random bytes in base64, such as openssl rand -base64 32 prints' })
    .refine((text) => Buffer.from(text, 'base64').length === 32, 'exactly 32 bytes in base64')
    .optional(),
});

export type Env = z.infer<typeof envSchema>;
