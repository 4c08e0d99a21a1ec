import { type ChildProcess, spawn } from 'node:child_process';
import { afterEach, expect, test } from 'vitest';

const index = new URL('./index.ts', import.meta.url).href;
/** What a child needs of our environment: none of the settings of whoever runs the tests. */
const found = { PATH: process.env.PATH ?? '', NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE };
const children: ChildProcess[] = [];

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

/** A service as a process of its own, whose `start` is `body`. */
function service(body: string) {
  const program = `
    import { runService, serveHttp, startHeartbeat } from ${JSON.stringify(index)};
    await runService({ name: 'demo', async start({ log, onStop }) { ${body} } });`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    env: { ...found, LOG_FORMAT: 'text' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  let output = '';
  const waiting: { text: string; resolve: () => void }[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      for (const one of waiting) if (output.includes(one.text)) one.resolve();
    });
  }
  const exit = new Promise<number | null>((resolve) => child.on('close', resolve));
  return {
    kill: (signal: NodeJS.Signals) => child.kill(signal),
    /** Resolves when `text` was written. */
    said: (text: string) =>
      new Promise<void>((resolve) => {
        if (output.includes(text)) resolve();
        else waiting.push({ text, resolve });
      }),
    /** Resolves with the exit code and the messages, in order. */
    end: async () => ({
      code: await exit,
      lines: output
        .trimEnd()
        .split('\n')
        .map((line) => line.slice(24)),
      output,
    }),
  };
}

const alive = 'setInterval(() => {}, 1000);';

test.each(['SIGTERM', 'SIGINT'] as const)(
  '%s runs the stop hooks in reverse order and exits with 0',
  async (signal) => {
    const demo = service(`${alive}
    onStop('pool', async () => log.info('pool ended'));
    onStop('http', async () => { await new Promise((r) => setTimeout(r, 20)); log.info('http ended'); });`);
    await demo.said('demo started');
    demo.kill(signal);
    expect(await demo.end()).toMatchObject({
      code: 0,
      lines: ['INFO: demo started', `INFO: ${signal} received, stopping`, 'INFO: http ended', 'INFO: pool ended'],
    });
  },
);

test('a hook that hangs or fails is told of, the others still run, and the exit code is 1', async () => {
  const demo = service(`${alive}
    onStop('pool', () => log.info('pool ended'));
    onStop('stuck', () => new Promise(() => {}), { deadlineMs: 30 });
    onStop('broken', () => { throw new Error('no'); });`);
  await demo.said('demo started');
  demo.kill('SIGTERM');
  const { code, output } = await demo.end();
  expect(code).toBe(1);
  expect(output).toContain('ERROR: stopping broken failed');
  expect(output).toContain('ERROR: stopping stuck took longer than 30 ms, going on without it');
  expect(output).toContain('pool ended');
});

test('a second signal exits at once with 1', async () => {
  const demo = service(`${alive} onStop('slow', () => new Promise(() => {}), { deadlineMs: 60_000 });`);
  await demo.said('demo started');
  demo.kill('SIGTERM');
  await demo.said('stopping');
  demo.kill('SIGTERM');
  expect((await demo.end()).code).toBe(1);
});

test('a port that is taken is one sentence and exit code 1, and what had started is stopped', async () => {
  const demo = service(`
    onStop('pool', () => log.info('pool ended'));
    const app = { fetch: () => new Response('ok') };
    const { port } = await serveHttp(app, { port: 0, host: '127.0.0.1' });
    await serveHttp(app, { port, host: '127.0.0.1' });`);
  const { code, lines } = await demo.end();
  expect(code).toBe(1);
  expect(lines[0]).toMatch(/^ERROR: port \d+ is taken: stop what uses it or set PORT$/);
  expect(lines.slice(1)).toEqual(['INFO: pool ended']);
});

test.each([
  ['error', "setTimeout(() => { throw new TypeError('lost'); }, 5);", 'an error nobody caught'],
  ['rejection', "Promise.reject(new TypeError('lost'));", 'a rejection nobody caught'],
])('an uncaught %s is logged with its stack, the service stops and exits with 1', async (_kind, body, message) => {
  const demo = service(`${alive} onStop('pool', () => log.info('pool ended')); ${body}`);
  const { code, output } = await demo.end();
  expect(code).toBe(1);
  expect(output).toContain(`ERROR: ${message}, stopping`);
  expect(output).toContain('TypeError: lost');
  expect(output).toContain('pool ended');
});

test('a setting of the log that cannot be read is one line and exit code 1', async () => {
  const child = spawn(
    process.execPath,
    [
      '--input-type=module',
      '--eval',
      `import { runService } from ${JSON.stringify(index)}; await runService({ name: 'demo', start() {} });`,
    ],
    { env: { ...found, LOG_LEVEL: 'loud' }, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let output = '';
  child.stderr.on('data', (text) => {
    output += text;
  });
  expect(await new Promise((resolve) => child.on('close', resolve))).toBe(1);
  expect(output).toBe('demo: LOG_LEVEL is "loud": set it to debug, info, warning or error\n');
});
