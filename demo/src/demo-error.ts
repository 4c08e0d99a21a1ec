/** Something the demo cannot go on with, in a sentence that says what to do. */
export class DemoError extends Error {
  override name = 'DemoError';
}
