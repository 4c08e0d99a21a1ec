import { afterAll, beforeAll, beforeEach } from 'vitest';
import { type Stack, type StackOptions, startStack } from './start-stack.ts';

/**
 * One stack for all tests of a file: started before the first, stopped after the last. A failed test shows the end of
 * every service's log.
 */
export function useStack(options: StackOptions): () => Stack {
  let stack: Stack | undefined;
  beforeAll(async () => {
    stack = await startStack(options);
  });
  beforeEach(({ task, onTestFailed }) => {
    onTestFailed(() => console.error(`── the services' logs when “${task.name}” failed ──\n${stack?.logs()}`));
  });
  afterAll(async () => {
    await stack?.stop();
  });
  return () => {
    if (stack === undefined) throw new Error('the stack is there only while tests run');
    return stack;
  };
}
