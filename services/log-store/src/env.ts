import { z } from 'zod';

const schema = z.object({
  PORT: z.coerce.number().int().min(0).max(65_535).default(3100),
  HOST: z.string().default('127.0.0.1'),
  /** Memory for lines; the oldest go when it is full. */
  LOG_STORE_MB: z.coerce.number().int().min(1).max(4_096).default(64),
});

export type Env = z.infer<typeof schema>;

/** The settings of this process; an empty one counts as not set. Throws an Error that names each wrong one. */
export function readLogStoreEnv(source: Record<string, string | undefined>): Env {
  const given = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== ''));
  const result = schema.safeParse(given);
  if (result.success) return result.data;
  throw new Error(result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '));
}
