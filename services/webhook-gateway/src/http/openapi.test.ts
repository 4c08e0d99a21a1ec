import type { AlertAnswer, DryRunAnswer, HaltReply } from '@sluice/contracts';
import { expect, expectTypeOf, test } from 'vitest';
import type { z } from 'zod';
import type { QueueMetrics } from '../db/read-queue-metrics.ts';
import type { JobLogsAnswer } from '../job-logs/compose-logs-answer.ts';
import type { OrderAnswer, OrderStory } from '../observing/order-answer.ts';
import { type AcceptedAnswer, acceptedAnswer, refusalAnswer } from '../receiving/compose-answer.ts';
import { type Health, judgeHealth } from './health.ts';
import { answerSchemas, openApiDocument, type answerSchemas as Schemas } from './openapi.ts';

type Documented<Name extends keyof typeof Schemas> = z.infer<(typeof Schemas)[Name]>;

test('what is documented is what is sent', () => {
  expectTypeOf<AlertAnswer>().toExtend<Documented<'alertAnswer'>>();
  expectTypeOf<AcceptedAnswer>().toExtend<Documented<'acceptedAnswer'>>();
  expectTypeOf<Omit<DryRunAnswer, 'orders'>>().toExtend<Omit<Documented<'dryRunAnswer'>, 'orders'>>();
  expectTypeOf<Health>().toExtend<Documented<'health'>>();
  expectTypeOf<QueueMetrics>().toExtend<Documented<'queueMetrics'>>();
  expectTypeOf<OrderAnswer>().toExtend<Documented<'orders'>['orders'][number]>();
  expectTypeOf<OrderStory>().toExtend<Documented<'orderStory'>>();
  expectTypeOf<HaltReply & { success: true }>().toExtend<Documented<'halts'>>();
  expectTypeOf<JobLogsAnswer>().toExtend<Documented<'jobLogs'>>();

  const receipt = {
    id: '0'.repeat(32),
    strategy: 's',
    duplicateOf: '1'.repeat(32),
    totalOrders: 1,
    accounts: 1,
    warnings: ['w'],
  };
  answerSchemas.alertAnswer.parse(refusalAnswer(receipt, 'stale: …'));
  answerSchemas.acceptedAnswer.parse(acceptedAnswer(receipt));
  answerSchemas.health.parse(judgeHealth(null));
});

test('the document is plain JSON without a dialect inside', () => {
  const text = JSON.stringify(openApiDocument);
  expect(JSON.parse(text)).toEqual(openApiDocument);
  expect(text).not.toContain('$schema');
});
