import { type Baggage, type Context, context, propagation } from '@opentelemetry/api';
import { installActiveContext } from './active-context.ts';

/** Baggage key and log attribute that carry the tag of the job a piece of work belongs to. */
export const JOB_TAG = 'job.tag';

/** The job tag of a context, or undefined outside a job. */
export function jobTagOf(ctx: Context): string | undefined {
  const baggage = propagation.getBaggage(ctx);
  if (baggage === undefined) return undefined;
  const known = tagOf.get(baggage);
  if (known !== undefined) return known;
  const tag = baggage.getEntry(JOB_TAG)?.value;
  if (tag !== undefined) tagOf.set(baggage, tag);
  return tag;
}

/** Each look-up in a baggage copies the entry, and baggage never changes. */
const tagOf = new WeakMap<Baggage, string>();

/** The tag of the job that is running here, or undefined outside a job. Costs well under a microsecond. */
export function currentJobTag(): string | undefined {
  return jobTagOf(context.active());
}

/**
 * Runs `fn` inside the job `tag`: everything it logs, awaits and starts carries the tag, and nothing after it does.
 * Returns or throws what `fn` does.
 */
export function runWithJobTag<T>(tag: string, fn: () => T): T {
  return context.with(taggedContext(tag), fn);
}

/** Wraps `fn` so that each call runs inside the job `tag`. Name, `this`, arguments and result stay as they are. */
export function withJobTag<This, Args extends unknown[], Result>(
  tag: string,
  fn: (this: This, ...args: Args) => Result,
): (this: This, ...args: Args) => Result {
  const wrapped = function (this: This, ...args: Args): Result {
    return context.with(taggedContext(tag), () => fn.apply(this, args));
  };
  Object.defineProperty(wrapped, 'name', { value: fn.name, configurable: true });
  Object.defineProperty(wrapped, 'length', { value: fn.length, configurable: true });
  return wrapped;
}

/**
 * Runs `fn` without any baggage. For the edges: a caller from outside must not be able to choose a job tag, and
 * nothing of ours may leave in a header to an exchange or to Telegram.
 */
export function withoutJobContext<T>(fn: () => T): T {
  installActiveContext();
  return context.with(propagation.deleteBaggage(context.active()), fn);
}

function taggedContext(tag: string): Context {
  installActiveContext();
  const active = context.active();
  const baggage = propagation.getBaggage(active) ?? propagation.createBaggage();
  return propagation.setBaggage(active, baggage.setEntry(JOB_TAG, { value: tag }));
}
