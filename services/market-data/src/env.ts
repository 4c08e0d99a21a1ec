import { z } from 'zod';

/** Everything else (venues, endpoints, time zone) is in the configuration, which changes without a restart. */
export const envSchema = z.object({
  DATABASE_URL: z.url({
    protocol: /^postgres(ql)?$/,
    error: 'the address of Postgres, postgres://user:password@host/db',
  }),
  /** Orders a second Bybit takes from each account; more than its usual ten for accounts of a higher level. */
  BYBIT_ORDERS_PER_SECOND: z.coerce.number().int().min(1).optional(),
  PORT: z.coerce.number().int().min(0).max(65_535).default(8082),
});
