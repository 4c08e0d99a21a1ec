import { readFileSync } from 'node:fs';
import { type JobDefinition, jobCatalogue } from '@sluice/contracts';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { indexLabels } from './to-records.ts';

const loki = parse(readFileSync(new URL('../../../../otel/loki/loki.yaml', import.meta.url), 'utf8'));
const jobs: readonly JobDefinition[] = jobCatalogue;

/** Runs so often that a day of its DEBUG lines is more than all the rest. */
const frequentSeconds = 60;

test('the store makes labels of what the production Loki makes labels of', () => {
  const { resource_attributes, log_attributes, severity_text_as_label } = loki.limits_config.otlp_config;
  expect(resource_attributes).toEqual({
    ignore_defaults: true,
    attributes_config: [{ action: 'index_label', attributes: indexLabels.resource }],
  });
  expect(log_attributes).toEqual([{ action: 'index_label', attributes: indexLabels.log }]);
  expect(severity_text_as_label).toBe(true);
});

test('DEBUG lines of the frequent jobs, and of no other, are kept for the shortest time', () => {
  const frequent = jobs.filter(({ trigger }) => trigger.kind === 'interval' && trigger.seconds <= frequentSeconds);
  const rules: { selector: string; period: string; priority: number }[] = loki.limits_config.retention_stream;
  const shortest = rules.toSorted((a, b) => Number.parseInt(a.period, 10) - Number.parseInt(b.period, 10))[0]!;
  expect(shortest.selector).toBe(`{severity_text="DEBUG", job_tag=~"${frequent.map(({ tag }) => tag).join('|')}"}`);
  expect(shortest.priority).toBe(Math.max(...rules.map(({ priority }) => priority)));
});

test('every tag that is named in the configuration is one of the catalogue', () => {
  const named = JSON.stringify(loki.limits_config).match(/\b[A-Z]+_[A-Z_]+\b/g) ?? [];
  expect(named.filter((tag) => !jobs.some((job) => job.tag === tag))).toEqual([]);
});
