import { spawn } from 'node:child_process';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';

const index = new URL('./index.ts', import.meta.url).href;

/** Runs a program with the logger `log` and the running `telemetry`, as a process of its own. */
async function run(
  body: string,
  env: Record<string, string> = {},
): Promise<{ stdout: string; code: number | null; ms: number }> {
  const program = `
    import { getLogger, runWithJobTag, startTelemetry } from ${JSON.stringify(index)};
    const log = getLogger('early');
    log.info('before the start');
    const telemetry = startTelemetry({ service: 'demo', version: '1.0.0', instance: 'demo-1' });
    ${body}`;
  const began = performance.now();
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    env: { PATH: process.env.PATH ?? '', LOG_FORMAT: 'text', TZ: 'America/New_York', ...env },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let stdout = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    stdout += text;
  });
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { stdout, code, ms: performance.now() - began };
}

let server: Server | undefined;

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  server = undefined;
});

async function collector(
  answer: (request: IncomingMessage, body: string, done: (status: number) => void) => void,
): Promise<string> {
  server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    answer(request, body, (status) => response.writeHead(status, { 'content-type': 'application/json' }).end('{}'));
  });
  await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test('lines go to the console in the configured zone, whatever TZ is, from the start to the stop', async () => {
  const { stdout } = await run(
    "log.info('one'); runWithJobTag('A', () => log.warn('two')); await telemetry.stop(); log.info('late');",
    {
      LOG_TIME_ZONE: 'UTC',
    },
  );
  const lines = stdout.trimEnd().split('\n');
  expect(lines.map((line) => line.slice(24))).toEqual(['INFO: one', 'WARNING: [A] two']);
  const written = Date.parse(`${lines[0]!.slice(0, 23).replace(' ', 'T').replace(',', '.')}Z`);
  expect(Math.abs(written - Date.now())).toBeLessThan(60_000);
});

test('lines still waiting are written when the process exits without a stop', async () => {
  const { stdout, code } = await run("log.info('last words'); process.exit(3);");
  expect(stdout).toContain('last words');
  expect(code).toBe(3);
});

test('LOG_LEVEL is the least that is written', async () => {
  const { stdout } = await run("log.debug('a'); log.info('b'); log.warn('c'); await telemetry.stop();", {
    LOG_LEVEL: 'warning',
  });
  expect(stdout.trimEnd().split('\n')).toHaveLength(1);
});

test('a second start is the first, and a second stop waits for the first', async () => {
  const { code } = await run(`
    if (startTelemetry({ service: 'demo' }) !== telemetry) process.exit(1);
    await Promise.all([telemetry.stop(), telemetry.stop()]);`);
  expect(code).toBe(0);
});

test('records go by OTLP with resource, severity, tag and attributes', async () => {
  const bodies: string[] = [];
  const url = await collector((_request, body, done) => {
    bodies.push(body);
    done(200);
  });
  await run("runWithJobTag('A', () => log.error('failed %d', 7, { account: 'a1' })); await telemetry.stop();", {
    OTEL_EXPORTER_OTLP_ENDPOINT: url,
  });
  const [resource] = JSON.parse(bodies[0]!).resourceLogs;
  expect(resource.resource.attributes).toEqual(
    expect.arrayContaining([
      { key: 'service.name', value: { stringValue: 'demo' } },
      { key: 'service.version', value: { stringValue: '1.0.0' } },
      { key: 'service.instance.id', value: { stringValue: 'demo-1' } },
    ]),
  );
  expect(resource.scopeLogs[0].scope.name).toBe('early');
  expect(resource.scopeLogs[0].logRecords[0]).toMatchObject({
    severityNumber: 17,
    severityText: 'ERROR',
    body: { stringValue: 'failed 7' },
    attributes: expect.arrayContaining([
      { key: 'job.tag', value: { stringValue: 'A' } },
      { key: 'account', value: { stringValue: 'a1' } },
    ]),
  });
});

test('a record says in which file and line it was written, in JSON and not on a text console', async () => {
  const json = await run("log.info('here'); await telemetry.stop();", { LOG_FORMAT: 'json' });
  // The program runs without a file, so its own frame is the evaluated one.
  expect(JSON.parse(json.stdout).attributes).toEqual({ 'code.file.path': '[eval1]', 'code.line.number': 6 });
  const text = await run("log.info('here'); await telemetry.stop();");
  expect(text.stdout).not.toContain('code.');
});

test('a Collector that never answers holds the stop for no longer than its deadline', async () => {
  const url = await collector(() => {});
  const { ms, code, stdout } = await run(
    "log.info('x'); const t = performance.now(); await telemetry.stop(300); console.log('took', performance.now() - t); process.exit(0);",
    {
      OTEL_EXPORTER_OTLP_ENDPOINT: url,
    },
  );
  expect(code).toBe(0);
  expect(Number(/took (\d+)/.exec(stdout)![1])).toBeLessThan(1_000);
  expect(ms).toBeLessThan(8_000);
});

test('a reader that closes the pipe does not end the process', async () => {
  const { code } = await run(`
    process.stdout.destroy();
    log.info('to nobody');
    await new Promise((resolve) => setTimeout(resolve, 20));
    log.info('again');
    await telemetry.stop();
    process.exit(5);`);
  expect(code).toBe(5);
});
