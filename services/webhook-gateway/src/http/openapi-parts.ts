import { z } from 'zod';

// What every part of the interface's description is made of.

export const count = z.number().int();

/** Every refusal of the gateway. */
export const refusal = z.object({
  success: z.literal(false),
  error: z.string().describe('The first fault, e.g. "orders[3].price: …"'),
  errors: z.array(z.object({ path: z.string(), message: z.string() })),
});

/** Routes that take the admin token. */
export const admin = { security: [{ adminToken: [] }] };

export function json(schema: z.ZodType, description: string) {
  const { $schema: _dialect, ...inner } = z.toJSONSchema(schema, { io: 'input' });
  return { description, content: { 'application/json': { schema: inner } } };
}

export function queryParameter(name: string, schema: Record<string, unknown>, description: string) {
  return { name, in: 'query', schema, description };
}
