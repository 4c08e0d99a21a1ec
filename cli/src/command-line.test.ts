import { describe, expect, it } from 'vitest';
import { readCommandLine } from './command-line.ts';
import { runCommand } from './run-command.ts';

describe('the command line', () => {
  it.each([
    [['migrate'], { kind: 'migrate' }],
    [['config', 'diff', 'a.yaml'], { kind: 'config-diff', file: 'a.yaml' }],
    [['config', 'apply', 'a.yaml'], { kind: 'config-apply', file: 'a.yaml' }],
    [['config', 'apply', 'a.yaml', '--help'], { kind: 'help' }],
    [['jobs'], { kind: 'jobs' }],
    [['jobs', 'all'], { kind: 'wrong-usage', reason: 'jobs takes nothing after it, found "all"' }],
    [['run', 'price_cache'], { kind: 'run-job', job: 'price_cache' }],
    [['run'], { kind: 'wrong-usage', reason: 'run takes exactly one job' }],
    [['-h'], { kind: 'help' }],
    [[], { kind: 'wrong-usage', reason: 'no command was given' }],
    [['migrte'], { kind: 'wrong-usage', reason: 'there is no command "migrte"' }],
    [['migrate', 'now'], { kind: 'wrong-usage', reason: 'migrate takes nothing after it, found "now"' }],
    [['config', 'show'], { kind: 'wrong-usage', reason: 'config takes diff or apply, found "show"' }],
    [['config', 'apply'], { kind: 'wrong-usage', reason: 'config apply takes exactly one file' }],
    [['config', 'diff', 'a', 'b'], { kind: 'wrong-usage', reason: 'config diff takes exactly one file' }],
  ])('%j is understood', (args, expected) => {
    expect(readCommandLine(args)).toEqual(expected);
  });

  it('an unknown option is named', () => {
    const command = readCommandLine(['migrate', '--fast']);
    expect(command.kind).toBe('wrong-usage');
    expect(JSON.stringify(command)).toContain('--fast');
  });
});

describe('what a command answers', () => {
  async function run(args: string[], environment: Record<string, string> = {}) {
    const out: string[] = [];
    const err: string[] = [];
    const code = await runCommand(args, environment, { out: (line) => out.push(line), err: (line) => err.push(line) });
    return { code, out: out.join('\n'), err: err.join('\n') };
  }

  it('help is on the output, with exit code 0', async () => {
    const { code, out, err } = await run(['--help']);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain('sluice config apply FILE');
  });

  it('a wrong command line is told with the help, with exit code 2', async () => {
    const { code, out, err } = await run(['confg']);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(/^sluice: there is no command "confg"\n/);
  });

  it('a missing database address is told before anything is tried, with exit code 1', async () => {
    const { code, err } = await run(['migrate']);
    expect(code).toBe(1);
    expect(err).toContain('DATABASE_URL: not set; set it to the Postgres to work on');
  });

  it('a database that does not answer is one sentence', async () => {
    const { code, err } = await run(['config', 'diff', 'config/demo.yaml'], {
      DATABASE_URL: 'postgres://u:p@127.0.0.1:1/x',
      TEST1_TOKEN: 'x'.repeat(24),
      TEST2_TOKEN: 'x'.repeat(24),
    });
    expect(code).toBe(1);
    expect(err).toContain('the database does not answer');
    expect(err).not.toContain('    at ');
  });
});
