import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../', import.meta.url));
export const chart = `${root}sluice`;

/** What is rendered and compared, linted and validated. */
export const valueSets = {
  demo: { values: `${chart}/values-demo.yaml`, apiVersions: [] },
  production: { values: `${root}values/production.yaml`, apiVersions: [] },
  'all-options': {
    values: `${root}values/all-options.yaml`,
    apiVersions: ['monitoring.coreos.com/v1', 'cilium.io/v2', 'gateway.networking.k8s.io/v1'],
  },
} as const satisfies Record<string, { values: string; apiVersions: readonly string[] }>;
export type ValueSet = keyof typeof valueSets;

export type Change = {
  /** `--set-json` arguments, `services.order-queue.replicas=3`. */
  set?: readonly string[];
  /** Instead of the set's own. */
  apiVersions?: readonly string[];
};

/** The YAML that would be installed as release `sluice`. Throws with Helm's message when it refuses the values. */
export function renderChart(
  name: ValueSet,
  { set = [], apiVersions = valueSets[name].apiVersions }: Change = {},
): string {
  const args = ['template', 'sluice', chart, '--namespace', 'trading', '--values', valueSets[name].values];
  for (const version of apiVersions) args.push('--api-versions', version);
  for (const value of set) args.push('--set-json', value);
  return helm(args);
}

export function helm(args: readonly string[]): string {
  try {
    return execFileSync('helm', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 1 << 26 });
  } catch (error) {
    const { stderr, message } = error as { stderr?: string; message: string };
    throw new Error(withoutNotes(stderr ?? '') || message);
  }
}

/** Helm tells of every symbolic link it follows; the files of `otel/` and `config/` are meant to be. */
function withoutNotes(text: string): string {
  return text
    .split('\n')
    .filter((line) => !line.startsWith('level=INFO'))
    .join('\n')
    .trim();
}
