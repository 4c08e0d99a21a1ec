import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseEnv } from 'node:util';
import pc from 'picocolors';
import { DemoError } from './demo-error.ts';

/** The repository, absolute. */
export const root = fileURLToPath(new URL('../../', import.meta.url));
const state = `${root}.sluice/demo/`;

export const postgresDirectory = `${state}postgres`;
export const logDirectory = `${state}logs`;
export const configurationFile = 'config/demo.yaml';

/** How a person sees a path: from where make was run. */
export const shown = (path: string): string => relative(root, path);

export type DemoService = { name: string; port: number };

/** In the order they start; they stop the other way round, so that nothing loses what it still needs. */
export const services: readonly DemoService[] = [
  { name: 'log-store', port: 3100 },
  { name: 'paper-exchange', port: 8090 },
  { name: 'market-data', port: 8082 },
  { name: 'order-queue', port: 8081 },
  { name: 'notifier', port: 8083 },
  { name: 'webhook-gateway', port: 8080 },
];

export const gatewayUrl = 'http://127.0.0.1:8080';
export const exchangeUrl = 'http://127.0.0.1:8090';
const logStoreUrl = 'http://127.0.0.1:3100';

/** Open to this machine alone, like everything the demo starts. */
export const postgresPassword = 'demo';

/** A port few things use; another one by DEMO_POSTGRES_PORT. */
export function postgresPort(environment: NodeJS.ProcessEnv): number {
  const text = environment.DEMO_POSTGRES_PORT || '54329';
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw new DemoError(`DEMO_POSTGRES_PORT is "${text}": set it to a port`);
  return port;
}

/** What every process of the demo is given: the demo's secrets win over what the terminal happens to have set. */
export function demoEnvironment(databaseUrl: string): NodeJS.ProcessEnv {
  const secrets = parseEnv(readFileSync(`${root}config/demo.env`, 'utf8'));
  return {
    ...process.env,
    LOG_FORMAT: 'text',
    ...secrets,
    DATABASE_URL: databaseUrl,
    HOST: '127.0.0.1',
    // In memory, and in the place of a Collector and of Loki.
    OTEL_EXPORTER_OTLP_ENDPOINT: logStoreUrl,
    OTEL_RESOURCE_ATTRIBUTES: 'service.namespace=sluice',
    LOKI_URL: logStoreUrl,
    // Its services write to files, which are read on this terminal.
    ...(pc.isColorSupported ? { FORCE_COLOR: '1' } : { NO_COLOR: '1' }),
  };
}
