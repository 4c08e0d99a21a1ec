/** The store did not answer in time, or its answer was lost. Nothing has an effect that was not confirmed. */
export class StoreAwayError extends Error {
  override readonly name = 'StoreAwayError';
}

/**
 * The result of `work`, or a StoreAwayError at `deadline` (as performance.now() counts). The work goes on; whoever
 * needs it to be without effect has to see to that.
 */
export async function beforeDeadline<T>(work: Promise<T>, deadline: number): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => late.reject(new StoreAwayError('the store did not answer in time')),
    Math.max(0, deadline - performance.now()),
  );
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
    // The loser of the race may still fail, and nobody is left to hear it.
    work.catch(() => {});
  }
}
