import { z } from 'zod';
import { configurationSchema } from './configuration-schema.ts';

type JsonSchema = z.core.JSONSchema.BaseSchema;

/**
 * The JSON Schema that lets an editor complete and check the YAML. Our schema sees numbers as the text they were
 * written in; an editor sees numbers, so both are allowed there.
 */
export function configurationJsonSchema(): JsonSchema {
  return {
    ...z.toJSONSchema(configurationSchema, {
      io: 'input',
      target: 'draft-7',
      override: ({ jsonSchema }) => asEditorSees(jsonSchema),
    }),
    title: 'Sluice configuration',
  };
}

function asEditorSees(schema: JsonSchema): void {
  const { number, type, pattern } = schema;
  if (typeof schema.default === 'string' && /^\d+$/.test(schema.default)) schema.default = Number(schema.default);
  if (typeof number !== 'object' || number === null) return;
  delete schema.number;
  delete schema.type;
  delete schema.pattern;
  schema.anyOf = [number as JsonSchema, { type, pattern } as JsonSchema];
}
