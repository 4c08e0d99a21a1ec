import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { type ProtocolName, protocolNames, usualProtocol } from './protocols/protocols.ts';

const accountSpecs = z
  .array(
    z.object({
      name: z.string().min(1),
      key: z.string().min(1),
      secret: z.string().min(1),
      balance: z.string().regex(/^\d+(\.\d+)?$/, 'a decimal string such as "1000000"'),
      venue: z.enum(protocolNames).default(usualProtocol),
    }),
  )
  .min(1);

const demoAccount = (name: string, venue: ProtocolName) => ({
  name: `paper-${name}`,
  key: `paper-${name}`,
  secret: `paper-${name}-secret`,
  balance: '1000000',
  venue,
});

/** The demo's accounts; their secrets protect play money and are printed in its documentation. */
const demoAccounts = [
  ...['main', 'main2', 'second'].map((name) => demoAccount(name, usualProtocol)),
  demoAccount('bybit', 'bybit-linear'),
];

const accounts = z
  .string()
  .default(JSON.stringify(demoAccounts))
  .transform((text, context) => {
    try {
      const source = text.trimStart().startsWith('[') ? text : readFileSync(text, 'utf8');
      return accountSpecs.parse(JSON.parse(source));
    } catch (cause) {
      const message = `neither a JSON list of {name, key, secret, balance, venue} nor a file with one: ${String(cause)}`;
      context.addIssue({ code: 'custom', message });
      return z.NEVER;
    }
  });

const range = z
  .string()
  .regex(/^\d+(-\d+)?$/, 'milliseconds, "20" or "0-50"')
  .transform((text) => {
    const [min = '0', max = min] = text.split('-');
    return { minMs: Number(min), maxMs: Number(max) };
  });

export const parseLatency = (text: string): { minMs: number; maxMs: number } => range.parse(text);

const onOff = z.enum(['on', 'off']).transform((value) => value === 'on');

const schema = z.object({
  PORT: z.coerce.number().int().min(0).max(65_535).default(8090),
  HOST: z.string().default('127.0.0.1'),
  PAPER_ACCOUNTS: accounts,
  PAPER_SEED: z.coerce.number().int().default(1),
  PAPER_PRICE_MOVES: onOff.default(true),
  PAPER_PRICE_INTERVAL_MS: z.coerce.number().int().min(10).default(1_000),
  PAPER_LATENCY_MS: range.default({ minMs: 0, maxMs: 0 }),
  PAPER_RATE_LIMITS: onOff.default(true),
});

export type Env = z.output<typeof schema>;

/** Reads the process environment once; throws one error that names every variable that is wrong. */
export function parseEnv(source: NodeJS.ProcessEnv): Env {
  const parsed = schema.safeParse(source);
  if (parsed.success) return parsed.data;
  const lines = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  throw new Error(`The environment is not usable.\n  ${lines.join('\n  ')}`);
}
