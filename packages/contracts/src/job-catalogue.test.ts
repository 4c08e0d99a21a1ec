import { expect, test } from 'vitest';
import { checkedCatalogue } from './checked-catalogue.ts';
import { type JobDefinition, type JobIdOf, jobCatalogue } from './job-catalogue.ts';

const job = {
  id: 'first',
  aliases: ['one'],
  tag: 'FIRST',
  service: 'order-queue',
  trigger: { kind: 'interval', seconds: 29 },
  atStart: false,
  expireInSeconds: 10,
  title: 'First',
  what: 'Does something',
} as const satisfies JobDefinition;

const second = { ...job, id: 'second', aliases: ['two'], tag: 'ABCDEFGHIJKLM_O' } as const;

// Each refusal is the compiler's: where it accepts one of these lines, the directive above it is the error.
test('the compiler takes a list in which every tag and every name stands once', () => {
  expect(checkedCatalogue([job, second])).toHaveLength(2);
});

test('the compiler refuses a tag of more than 15 characters, of other characters, and an empty one', () => {
  // @ts-expect-error 16 characters
  checkedCatalogue([{ ...job, tag: 'ABCDEFGHIJKLMNOP' }]);
  // @ts-expect-error a digit
  checkedCatalogue([{ ...job, tag: 'FIRST1' }]);
  // @ts-expect-error small letters
  checkedCatalogue([{ ...job, tag: 'First' }]);
  // @ts-expect-error none
  checkedCatalogue([{ ...job, tag: '' }]);
});

test('the compiler refuses the second use of a tag, an id or another name, also of one as the other', () => {
  // @ts-expect-error the tag of the first
  checkedCatalogue([job, { ...second, tag: 'FIRST' }]);
  // @ts-expect-error the id of the first
  checkedCatalogue([job, { ...second, id: 'first' }]);
  // @ts-expect-error another name of the first
  checkedCatalogue([job, { ...second, aliases: ['one'] }]);
  // @ts-expect-error the id of the first as another name
  checkedCatalogue([job, { ...second, aliases: ['two', 'first'] }]);
  // @ts-expect-error another name of the first as the id
  checkedCatalogue([job, { ...second, id: 'one' }]);
});

test('the jobs of a service are those that are not planned only', () => {
  const own: JobIdOf<'market-data'>[] = ['precision_cache', 'symbol_validator', 'market_info', 'price_cache'];
  // @ts-expect-error it belongs to order-queue
  const others: JobIdOf<'market-data'>[] = ['queue_rebalancer'];
  expect(jobCatalogue.map(({ id }) => id)).toEqual(expect.arrayContaining([...own, ...others]));
});
