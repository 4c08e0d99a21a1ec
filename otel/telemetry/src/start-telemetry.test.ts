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
    const telemetry = await startTelemetry({ service: 'demo', version: '1.0.0', instance: 'demo-1' });
    ${body}`;
  const began = performance.now();
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    env: {
      PATH: process.env.PATH ?? '',
      NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
      LOG_FORMAT: 'text',
      TZ: 'America/New_York',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let stdout = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    stdout += text;
  });
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { stdout, code, ms: performance.now() - began };
}

/** Level, tag and text of each line. */
function messages(stdout: string): string[] {
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => line.slice(24));
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
  expect(messages(stdout)).toEqual(['INFO: one', 'WARNING: [A] two']);
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
    if ((await startTelemetry({ service: 'demo' })) !== telemetry) process.exit(1);
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

test('lines written in one go leave with times that put them into their order', async () => {
  const records: { timeUnixNano: string; body: { stringValue: string } }[] = [];
  const url = await collector((request, body, done) => {
    if (request.url === '/v1/logs') records.push(...JSON.parse(body).resourceLogs[0].scopeLogs[0].logRecords);
    done(200);
  });
  await run("for (let i = 0; i < 500; i += 1) log.info('line', { i }); await telemetry.stop();", {
    OTEL_EXPORTER_OTLP_ENDPOINT: url,
  });
  const times = records.map(({ timeUnixNano }) => BigInt(timeUnixNano));
  expect(times).toHaveLength(500);
  expect(times.filter((time, i) => i > 0 && time <= times[i - 1]!)).toEqual([]);
  // As many as fit into a few milliseconds: without a time of its own, most lines would share one.
  expect(times.at(-1)! - times[0]!).toBeLessThan(1_000_000_000n);
});

test('a record says in which file and line it was written, in JSON and not on a text console', async () => {
  const json = await run("log.info('here'); await telemetry.stop();", { LOG_FORMAT: 'json' });
  // The program runs without a file, so its own frame is the evaluated one.
  expect(JSON.parse(json.stdout).attributes).toEqual({ 'code.file.path': '[eval1]', 'code.line.number': 6 });
  const text = await run("log.info('here'); await telemetry.stop();");
  expect(text.stdout).not.toContain('code.');
});

test('a tag with a level of its own is written by it, and the rest by LOG_LEVEL', async () => {
  const { stdout } = await run(
    `for (const tag of ['A', 'B']) runWithJobTag(tag, () => { log.debug('d ' + tag); log.info('i ' + tag); });
     log.debug('d'); log.info('i'); await telemetry.stop();`,
    { LOG_LEVEL_TAGS: 'A=debug,B=warning' },
  );
  expect(messages(stdout)).toEqual(['DEBUG: [A] d A', 'INFO: [A] i A', 'INFO: i']);
});

test('logs, traces and metrics go to the one endpoint, and an alert is traced under its own id', async () => {
  const received: Record<string, string> = {};
  const url = await collector((request, body, done) => {
    received[request.url!] = body;
    done(200);
  });
  await run(
    `const { counter, inAlertRoot, inAlertSpan } = await import(${JSON.stringify(index)});
     const planned = counter('sluice.test', {});
     const id = '0af7651916cd43dd8448eb211c80319c';
     await inAlertRoot(id, 'alert', new Date(), async () => log.info('taken'));
     await inAlertSpan(id, 'plan', { account: 'a1' }, async () => planned.add(2, { account: 'a1' }));
     await telemetry.stop();`,
    { OTEL_EXPORTER_OTLP_ENDPOINT: url },
  );
  const [alert, plan] = JSON.parse(received['/v1/traces']!).resourceSpans[0].scopeSpans[0].spans;
  expect(alert).toMatchObject({
    traceId: '0af7651916cd43dd8448eb211c80319c',
    spanId: '0af7651916cd43dd',
    name: 'alert',
  });
  expect(plan).toMatchObject({ traceId: alert.traceId, parentSpanId: alert.spanId, name: 'plan' });
  const [record] = JSON.parse(received['/v1/logs']!).resourceLogs[0].scopeLogs[0].logRecords;
  expect(record).toMatchObject({ traceId: alert.traceId, spanId: alert.spanId });
  expect(received['/v1/metrics']).toContain('"name":"sluice.test"');
});

test('the record of an alert is in its trace, also where no span of it is open', async () => {
  const records: object[] = [];
  const url = await collector((request, body, done) => {
    if (request.url === '/v1/logs') records.push(...JSON.parse(body).resourceLogs[0].scopeLogs[0].logRecords);
    done(200);
  });
  const id = '0af7651916cd43dd8448eb211c80319c';
  await run(
    `const { recordLateAnswer } = await import(${JSON.stringify(index)});
     runWithJobTag('A', () => recordLateAnswer({ alertId: '${id}', success: true, durationMs: 3 }));
     recordLateAnswer({ alertId: 'none', success: true, durationMs: 3 });
     await telemetry.stop();`,
    { OTEL_EXPORTER_OTLP_ENDPOINT: url },
  );
  expect(records).toMatchObject([
    {
      traceId: id,
      spanId: id.slice(0, 16),
      attributes: expect.arrayContaining([{ key: 'job.tag', value: { stringValue: 'A' } }]),
    },
    { body: { stringValue: 'alert none: its result came 3 ms after it, a success' } },
  ]);
  expect(records[1]).not.toHaveProperty('traceId');
});

test('without an endpoint nothing is loaded for one, and no span is made', async () => {
  const { stdout } = await run(`
    const { captureContext, inAlertRoot } = await import(${JSON.stringify(index)});
    const carrier = await inAlertRoot('0af7651916cd43dd8448eb211c80319c', 'alert', new Date(), async () => captureContext());
    const open = process.getActiveResourcesInfo().filter((name) => /TCP|Timeout/.test(name));
    await telemetry.stop();
    console.log(JSON.stringify({ carrier, open }));`);
  expect(JSON.parse(stdout.trim())).toEqual({ carrier: {}, open: [] });
});

test.each([
  ['is away', async () => 'http://127.0.0.1:9'],
  ['hangs', () => collector(() => {})],
  ['answers 503', () => collector((_request, _body, done) => done(503))],
])(
  'a Collector that %s delays the stop by no longer than 2 s, and what it did not get is counted',
  async (_how, start) => {
    const { code, stdout } = await run(
      `for (let i = 0; i < 3000; i += 1) log.debug('x'); for (let i = 0; i < 9000; i += 1) log.info('line');
     const { inSpan } = await import(${JSON.stringify(index)});
     await inSpan('s', {}, async () => {});
     const began = performance.now();
     await telemetry.stop();
     const took = Math.round(performance.now() - began);
     await new Promise((resolve) => process.stdout.write('took ' + took + '\\n', resolve));
     process.exit(0);`,
      { OTEL_EXPORTER_OTLP_ENDPOINT: await start() },
    );
    expect(code).toBe(0);
    expect(Number(/^took (\d+)$/m.exec(stdout)![1])).toBeLessThan(2_000);
    expect(stdout).toContain('WARNING: 9000 log records of this process never reached the Collector');
  },
);

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
