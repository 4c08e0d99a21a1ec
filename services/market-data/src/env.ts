import { z } from 'zod';

/** Everything else (venues, endpoints, time zone) is in the configuration, which changes without a restart. */
export const envSchema = z.object({
  DATABASE_URL: z.url({
    protocol: /^postgres(ql)?$/,
    error: 'the address of Postgres, postgres://user:password@host/db',
  }),
  PORT: z.coerce.number().int().min(0).max(65_535).default(8082),
});
