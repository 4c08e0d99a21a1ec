/** A query that is wrong, or one this store does not answer; the message says which part. */
export class QueryError extends Error {
  override readonly name = 'QueryError';
}
