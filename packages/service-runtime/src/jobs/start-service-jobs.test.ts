import type { JobIdOf } from '@sluice/contracts';
import { expect, test } from 'vitest';
import type { JobHandler } from './run-job.ts';
import type { ServiceJobsOptions } from './start-service-jobs.ts';
import { type JobHandlers, startServiceJobs } from './start-service-jobs.ts';

const handler: JobHandler = async () => ({ changed: false });
type Rest = Omit<ServiceJobsOptions<'market-data', JobHandlers<'market-data'>>, 'service' | 'handlers'>;

const all: JobHandlers<'market-data'> = {
  precision_cache: handler,
  symbol_validator: handler,
  market_info: handler,
  price_cache: handler,
};
const { price_cache: _without, ...three } = all;

// Never called: what is tested is that it does not compile.
const refused = (rest: Rest) => [
  // @ts-expect-error price_cache has no handler
  startServiceJobs({ ...rest, service: 'market-data', handlers: three }),
  // @ts-expect-error queue_rebalancer is handled by order-queue, and would be handled twice
  startServiceJobs({ ...rest, service: 'market-data', handlers: { ...all, queue_rebalancer: handler } }),
  // @ts-expect-error there is no such job
  startServiceJobs({ ...rest, service: 'market-data', handlers: { ...all, prices: handler } }),
  startServiceJobs({ ...rest, service: 'market-data', handlers: all }),
];

test('the compiler refuses a job without a handler, or with one in a second service', () => {
  expect(refused).toHaveLength(1);
  expect(Object.keys(all) satisfies string[] as JobIdOf<'market-data'>[]).toHaveLength(4);
});
