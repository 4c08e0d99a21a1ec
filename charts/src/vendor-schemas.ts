import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { parse } from 'yaml';

/**
 * Writes `charts/schemas` anew: what kubeconform holds the rendered objects against, for the kinds the chart has, without
 * asking anybody on the network. Taken from the Go modules below: types, names, enumerations and patterns, no texts.
 * Needs Go. A key that an API does not have is an error, as it is for `kubectl apply --validate=strict`.
 */
const kubernetes = { module: 'k8s.io/kubernetes@v1.34.2', file: 'api/openapi-spec/swagger.json' };
const kinds = {
  'deployment-apps-v1': 'io.k8s.api.apps.v1.Deployment',
  'statefulset-apps-v1': 'io.k8s.api.apps.v1.StatefulSet',
  'job-batch-v1': 'io.k8s.api.batch.v1.Job',
  'pod-v1': 'io.k8s.api.core.v1.Pod',
  'service-v1': 'io.k8s.api.core.v1.Service',
  'configmap-v1': 'io.k8s.api.core.v1.ConfigMap',
  'secret-v1': 'io.k8s.api.core.v1.Secret',
  'poddisruptionbudget-policy-v1': 'io.k8s.api.policy.v1.PodDisruptionBudget',
  'horizontalpodautoscaler-autoscaling-v2': 'io.k8s.api.autoscaling.v2.HorizontalPodAutoscaler',
  'networkpolicy-networking-v1': 'io.k8s.api.networking.v1.NetworkPolicy',
  'ingress-networking-v1': 'io.k8s.api.networking.v1.Ingress',
};
const customResources = {
  'ciliumnetworkpolicy-cilium-v2': {
    module: 'github.com/cilium/cilium@v1.18.2',
    file: 'pkg/k8s/apis/cilium.io/client/crds/v2/ciliumnetworkpolicies.yaml',
    version: 'v2',
  },
  'httproute-gateway-v1': {
    module: 'sigs.k8s.io/gateway-api@v1.4.0',
    file: 'config/crd/standard/gateway.networking.k8s.io_httproutes.yaml',
    version: 'v1',
  },
  'servicemonitor-monitoring-v1': {
    module: 'github.com/prometheus-operator/prometheus-operator@v0.85.0',
    file: 'example/prometheus-operator-crd/monitoring.coreos.com_servicemonitors.yaml',
    version: 'v1',
  },
};

type Schema = { [key: string]: unknown; properties?: Record<string, Schema> };
const kept = new Set(
  [
    '$ref',
    'type',
    'properties',
    'required',
    'items',
    'additionalProperties',
    'enum',
    'pattern',
    'minimum',
    'maximum',
  ].concat(['minLength', 'maxLength', 'minItems', 'maxItems', 'oneOf', 'anyOf', 'allOf', 'not']),
);

const out = new URL('../schemas/', import.meta.url);
rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });

const { definitions } = JSON.parse(source(kubernetes)) as { definitions: Record<string, Schema> };
const used = new Map<string, Schema>();
for (const [file, name] of Object.entries(kinds)) {
  use(name);
  write(file, { $ref: `_definitions.json#/definitions/${name}` });
}
// One line each: who looks at a change sees which definition it is.
const lines = [...used]
  .sort(([a], [b]) => (a < b ? -1 : 1))
  .map(([name, schema]) => `${JSON.stringify(name)}:${JSON.stringify(schema)}`);
writeFileSync(new URL('_definitions.json', out), `{"definitions":{\n${lines.join(',\n')}\n}}\n`);

for (const [file, resource] of Object.entries(customResources)) {
  const { spec } = parse(source(resource)) as {
    spec: { versions: { name: string; schema: { openAPIV3Schema: Schema } }[] };
  };
  const schema = slim(spec.versions.find(({ name }) => name === resource.version)!.schema.openAPIV3Schema);
  schema.properties!.metadata = {
    $ref: '_definitions.json#/definitions/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta',
  };
  write(file, schema);
}

function source({ module, file }: { module: string; file: string }): string {
  const { Dir } = JSON.parse(execFileSync('go', ['mod', 'download', '-json', module], { encoding: 'utf8' })) as {
    Dir: string;
  };
  return readFileSync(`${Dir}/${file}`, 'utf8');
}

function write(file: string, schema: Schema): void {
  writeFileSync(new URL(`${file}.json`, out), `${JSON.stringify(schema)}\n`);
}

/** Takes a definition and all it refers to. */
function use(name: string): void {
  if (used.has(name)) return;
  const schema = slim(definitions[name]!);
  used.set(name, schema);
  for (const [, inner] of JSON.stringify(schema).matchAll(/"#\/definitions\/([^"]+)"/g)) use(inner!);
}

function slim(schema: Schema): Schema {
  if (schema.format === 'int-or-string' || schema['x-kubernetes-int-or-string'] === true)
    return { type: ['integer', 'string'] };
  const result: Schema = {};
  for (const [key, value] of Object.entries(schema)) {
    if (!kept.has(key)) continue;
    if (key === 'properties') result.properties = slimProperties(value as Record<string, Schema>);
    else if (Array.isArray(value)) result[key] = value.map((part: unknown) => (isSchema(part) ? slim(part) : part));
    else result[key] = isSchema(value) ? slim(value) : value;
  }
  const closed = result.properties !== undefined && schema['x-kubernetes-preserve-unknown-fields'] !== true;
  // Parts of `anyOf` and the like only add conditions to what their parent names.
  if (closed && result.type === 'object' && result.additionalProperties === undefined)
    result.additionalProperties = false;
  return result;
}

function slimProperties(properties: Record<string, Schema>): Record<string, Schema> {
  // Nobody installs a status, and Cilium's second way to write a policy is as long as the first.
  const wanted = Object.entries(properties).filter(([key]) => key !== 'status' && key !== 'specs');
  return Object.fromEntries(wanted.map(([key, value]) => [key, slim(value)]));
}

function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
