import { readEnv } from '@sluice/service-runtime';
import { z } from 'zod';

const schema = z.object({
  /** A direct address, never a transaction pooler's: LISTEN needs a session. */
  DATABASE_URL: z.url({
    protocol: /^postgres(ql)?$/,
    message: 'should be postgres://user:password@host:port/database',
  }),
  /** What callers of /admin and /api/system have to know. */
  ADMIN_TOKEN: z.string().min(8, 'should have at least 8 characters'),
  PORT: z.coerce.number().int().min(0).max(65_535).default(8080),
  HOST: z.string().default('0.0.0.0'),
  /** Where log lines are read from; without it the route for them says that it is not set. */
  LOKI_URL: z.url({ protocol: /^https?$/, message: 'should be http://host:3100' }).optional(),
  /** What the records of this deployment carry, as comma-separated name=value; `service.namespace` is read here. */
  OTEL_RESOURCE_ATTRIBUTES: z.string().optional(),
});

export type Env = z.infer<typeof schema>;

/** The settings of this process. Throws EnvError with every one that is missing or wrong. */
export function readGatewayEnv(): Env {
  return readEnv(schema);
}
