import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { chartReadme } from './chart-readme.ts';

type Schema = { $ref?: string; properties?: Record<string, Schema>; additionalProperties?: unknown };

const read = (file: string) => readFileSync(new URL(`../sluice/${file}`, import.meta.url), 'utf8');
const schema = JSON.parse(read('values.schema.json')) as Schema & { $defs: Record<string, Schema> };
const values = parse(read('values.yaml')) as Record<string, unknown>;

function resolved(part: Schema): Schema {
  return part.$ref === undefined ? part : schema.$defs[part.$ref.replace('#/$defs/', '')]!;
}

function paths(part: Schema, prefix = ''): string[] {
  return Object.entries(resolved(part).properties ?? {}).flatMap(([key, inner]) => [
    `${prefix}${key}`,
    ...paths(inner, `${prefix}${key}.`),
  ]);
}

function valueAt(path: string): unknown {
  return path.split('.').reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], values);
}

test('every value the schema knows has a default, or is a setting that a service takes from the defaults', () => {
  const without = paths(schema).filter((path) => valueAt(path) === undefined && path !== 'global');
  const bySettings = without.filter((path) => {
    const setting = path.replace(/^services\.[^.]+\./, 'serviceDefaults.');
    return path.startsWith('services.') && valueAt(setting) !== undefined;
  });
  expect(without).toEqual(bySettings);
});

test('no object of the schema takes a key it does not name, but those whose keys are the user’s or Kubernetes’', () => {
  const open = paths(schema).filter((path) => {
    const part = resolved(path.split('.').reduce<Schema>((at, key) => resolved(at).properties![key]!, schema));
    return part.properties !== undefined && part.additionalProperties !== false;
  });
  expect(open).toEqual([]);
  expect(schema.additionalProperties).toBe(false);
});

test('the README has the comment of each value', () => {
  const readme = chartReadme();
  expect(readme).toContain('| `image.tag` | `""` | The chart\'s `appVersion` when empty. |');
  expect(readme).toContain('| `services.order-queue.reaches.paperExchange` | `true` |');
});
