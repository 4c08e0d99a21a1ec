import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { createProgram } from './program.ts';
import { runCommand } from './run-command.ts';

async function run(args: string[], environment: Record<string, string> = {}) {
  const out: string[] = [];
  const err: string[] = [];
  const code = await runCommand(args, environment, { out: (line) => out.push(line), err: (line) => err.push(line) });
  return { code, out: out.join('\n'), err: err.join('\n') };
}

describe('help', () => {
  it.each([[['--help']], [['-h']], [['help']]])('%j is on the output, with exit code 0', async (args) => {
    const { code, out, err } = await run(args);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain('Exit codes:');
  });

  it('of every command has an example of it', async () => {
    const program = createProgram({ environment: {}, output: { out: () => {}, err: () => {} }, now: Date.now });
    const leaves = program.commands.flatMap((command) =>
      command.commands.length === 0
        ? [[command.name()]]
        : command.commands.map((inner) => [command.name(), inner.name()]),
    );
    expect(leaves.length).toBeGreaterThan(12);
    for (const path of leaves) {
      const { code, out } = await run([...path, '--help']);
      expect(code).toBe(0);
      expect(out, path.join(' ')).toMatch(new RegExp(`Examples:\\n.*sluice ${path[0]}`));
    }
  });
});

describe('a wrong command line is told, with exit code 2, and nothing is tried', () => {
  it.each([
    [['confg'], "unknown command 'confg'"],
    [['orders', '--stat', 'open'], "unknown option '--stat'"],
    [['order'], "missing required argument 'id'"],
    [['order', 'x'], 'It should be a whole number above zero.'],
    [['orders', '-o', 'xml'], 'Allowed choices are table, wide, json.'],
    [['halt'], 'halt takes one of --all, --strategy <name> and --account <name>'],
    [['halt', '--all', '--account', 'main'], "option '--all' cannot be used with option '--account <name>'"],
    [['settle', '67'], 'settle takes one of --order-id <number> and --never-arrived'],
    [['settle', '67', '--never-arrived', '--order-id', '1'], 'cannot be used with option'],
    [['config', 'apply'], "missing required argument 'file'"],
    [['config', 'diff', 'a', 'b'], 'too many arguments'],
  ])('%j: %s', async (args, reason) => {
    const { code, out, err } = await run(args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(/^sluice: /);
    expect(err).toContain(reason);
  });

  it('no command at all is answered with the help', async () => {
    const { code, err } = await run([]);
    expect(code).toBe(2);
    expect(err).toContain('Usage: sluice');
  });
});

describe('what is missing is told before anything is tried', () => {
  it('the database', async () => {
    const { code, err } = await run(['migrate']);
    expect(code).toBe(1);
    expect(err).toContain('DATABASE_URL: not set; set it to the Postgres to work on');
  });

  it('the admin token', async () => {
    expect(await run(['orders'])).toEqual({
      code: 1,
      out: '',
      err: 'sluice: there is no admin token: set SLUICE_ADMIN_TOKEN, or SLUICE_ADMIN_TOKEN_FILE to a file with it',
    });
    expect((await run(['orders'], { SLUICE_ADMIN_TOKEN_FILE: '/nowhere' })).err).toContain('/nowhere');
  });
});

describe('a job that is still under way when the gateway answers', () => {
  const path = '/admin/system/background-jobs/price_cache';
  const underWay = {
    status: 202,
    body: { success: true, job_id: 'price_cache', accepted: true, status_url: `${path}/runs/1` },
  };
  const ended = (more: object) => ({
    status: 200,
    body: { success: true, job_id: 'price_cache', replica: 'a', duration_ms: 4, ...more },
  });

  it.each([
    [ended({ outcome: 'changed' }), { code: 0, out: 'price_cache did something in 4 ms on a', err: '' }],
    [
      ended({ success: false, outcome: 'failed', error: 'no such market' }),
      { code: 1, out: '', err: 'sluice: price_cache failed: no such market' },
    ],
  ])('is asked for until it has ended: %j', async (end, told) => {
    const answers = [underWay, end];
    const asked: string[] = [];
    const gateway = createHttpServer((request, response) => {
      asked.push(`${request.method} ${request.url}`);
      const { status, body } = answers.shift()!;
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    }).listen(0, '127.0.0.1');
    await once(gateway, 'listening');
    const url = `http://127.0.0.1:${(gateway.address() as AddressInfo).port}`;
    expect(await run(['run', 'price_cache'], { SLUICE_URL: url, SLUICE_ADMIN_TOKEN: 'x' })).toEqual(told);
    expect(asked).toEqual([`POST ${path}/run`, `GET ${path}/runs/1`]);
    gateway.closeAllConnections();
    gateway.close();
  });
});

describe('exit code 3 says that nobody answered', () => {
  it('a database, in one sentence', async () => {
    const { code, err } = await run(['config', 'diff', 'config/demo.yaml'], {
      DATABASE_URL: 'postgres://u:p@127.0.0.1:1/x',
      TEST1_TOKEN: 'x'.repeat(24),
      TEST2_TOKEN: 'x'.repeat(24),
    });
    expect(code).toBe(3);
    expect(err).toContain('the database does not answer');
    expect(err).not.toContain('    at ');
  });

  it('a gateway; and of what changes something, that it is not known', async () => {
    const closed = createServer().listen(0, '127.0.0.1');
    await once(closed, 'listening');
    const url = `http://127.0.0.1:${(closed.address() as AddressInfo).port}`;
    closed.close();
    await once(closed, 'close');
    const environment = { SLUICE_URL: url, SLUICE_ADMIN_TOKEN: 'x' };
    const shown = await run(['orders'], environment);
    expect([shown.code, shown.err]).toEqual([
      3,
      `sluice: the gateway at ${url} does not answer (ECONNREFUSED): is SLUICE_URL its address?`,
    ]);
    const halt = await run(['halt', '--all'], environment);
    expect([halt.code, halt.err]).toEqual([3, `${shown.err} Whether it happened is not known.`]);
  });
});
