import { describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { type Change, renderChart, type ValueSet } from './render-chart.ts';

type Container = {
  name: string;
  args?: string[];
  env?: { name: string; value?: string }[];
  securityContext: object;
  livenessProbe?: { httpGet?: { path: string } };
  readinessProbe?: { httpGet?: { path: string } };
  lifecycle?: { preStop: { sleep: { seconds: number } } };
  resources: { requests: object; limits: { memory: string } };
};
type Pod = {
  initContainers?: Container[];
  containers: Container[];
  terminationGracePeriodSeconds: number;
  automountServiceAccountToken: boolean;
  securityContext: object;
};
type Selector = { matchLabels?: Record<string, string>; matchExpressions?: { key: string; values: string[] }[] };
type Rule = {
  ports: { port: number | string }[];
  from?: object[];
  to?: { ipBlock?: { cidr: string }; podSelector?: Selector }[];
};
type Spec = {
  replicas?: number;
  strategy: object;
  template: { spec: Pod; metadata: { labels: Record<string, string> } };
  podSelector: Selector;
  ingress?: Rule[];
  egress?: Rule[];
};
type Rendered = {
  kind: string;
  metadata: { name: string; annotations?: Record<string, string> };
  spec: Spec;
  data: Record<string, string>;
};

function render(name: ValueSet, change: Change = {}): Rendered[] {
  const documents = parseAllDocuments(renderChart(name, change)).map((document) => document.toJS() as Rendered | null);
  return documents.filter((document) => document !== null);
}

const production = render('production');
const demo = render('demo');
const all = render('all-options');
const of = (objects: Rendered[], kind: string) => objects.filter((object) => object.kind === kind);
function one(objects: Rendered[], kind: string, name: string): Rendered {
  const found = of(objects, kind).filter(({ metadata }) => metadata.name === `sluice-${name}`);
  expect(found, `${kind} sluice-${name}`).toHaveLength(1);
  return found[0]!;
}
const services = ['webhook-gateway', 'order-queue', 'market-data', 'notifier'];

describe('every pod', () => {
  const pods = [...production, ...demo, ...all].flatMap(({ kind, spec, metadata }) =>
    kind === 'Pod'
      ? [{ name: metadata.name, pod: spec as unknown as Pod }]
      : spec?.template
        ? [{ name: metadata.name, pod: spec.template.spec }]
        : [],
  );

  test.each(pods)(
    '$name runs as nobody in particular, on a read-only file system, without rights or a token',
    ({ pod }) => {
      expect(pod.automountServiceAccountToken).toBe(false);
      expect(pod.securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } });
      for (const container of [...(pod.initContainers ?? []), ...pod.containers]) {
        expect(container.securityContext).toEqual({
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        });
        expect(container.resources.limits.memory).toBeDefined();
      }
    },
  );
});

describe('a service', () => {
  test.each(services)('%s is replaced one by one, and has time to finish', (name) => {
    const { spec } = one(production, 'Deployment', name);
    expect(spec.replicas).toBe(2);
    expect(spec.strategy).toEqual({ type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } });
    const { terminationGracePeriodSeconds, containers } = spec.template.spec;
    const pause = containers[0]!.lifecycle!.preStop.sleep.seconds;
    // What order-queue allows itself at most: sending 12 s, jobs 10 s, the rest at once.
    expect(terminationGracePeriodSeconds).toBeGreaterThan(pause + 12 + 10 + 5);
    one(production, 'PodDisruptionBudget', name);
  });

  test.each(services)('%s is alive by its process alone, and ready by its own word', (name) => {
    const [container] = one(production, 'Deployment', name).spec.template.spec.containers;
    expect(container!.livenessProbe!.httpGet!.path).toBe('/healthz');
    expect(container!.readinessProbe!.httpGet!.path).toBe('/readyz');
  });

  test.each(services)('%s waits for the tables of its version', (name) => {
    const [waiting] = one(demo, 'Deployment', name).spec.template.spec.initContainers!;
    expect(waiting!.args).toEqual(expect.arrayContaining(['wait', 'migrated']));
  });

  test('takes from the defaults what its own entry does not say', () => {
    const changed = render('production', { set: ['serviceDefaults.replicas=4', 'services.order-queue.replicas=3'] });
    expect(services.map((name) => one(changed, 'Deployment', name).spec.replicas)).toEqual([4, 3, 4, 4]);
  });

  test('is counted by the autoscaler where that is on, and only the gateway is', () => {
    const changed = render('production', { set: ['serviceDefaults.autoscaling.enabled=true'] });
    expect(services.map((name) => one(changed, 'Deployment', name).spec.replicas)).toEqual([undefined, 2, 2, 2]);
    expect(of(changed, 'HorizontalPodAutoscaler')).toHaveLength(1);
  });

  test('by digest is the digest’s, whatever the tag says', () => {
    const changed = render('production', { set: ['image.tag="x"'] });
    const [container] = one(changed, 'Deployment', 'order-queue').spec.template.spec.containers;
    expect((container as unknown as { image: string }).image).toBe(`registry.example/sluice@sha256:${'0'.repeat(64)}`);
  });
});

describe('migrations and configuration', () => {
  test('run before the services where Postgres is there before them, the migrations first', () => {
    const [migrate, configure] = ['migrate', 'configure'].map(
      (name) => one(production, 'Job', name).metadata.annotations!,
    );
    expect(migrate!['helm.sh/hook']).toBe('pre-install,pre-upgrade');
    expect(Number(migrate!['helm.sh/hook-weight'])).toBeLessThan(Number(configure!['helm.sh/hook-weight']));
  });

  test('run after the installation in the demo, whose Postgres is part of it', () => {
    expect(one(demo, 'Job', 'migrate').metadata.annotations!['helm.sh/hook']).toBe('post-install,pre-upgrade');
  });

  test('going back applies the configuration of the release gone back to, and migrates nothing', () => {
    expect(one(production, 'Job', 'configure').metadata.annotations!['helm.sh/hook']).toContain('pre-rollback');
    expect(one(production, 'Job', 'migrate').metadata.annotations!['helm.sh/hook']).not.toContain('pre-rollback');
  });

  test('nothing a hook before the installation needs is made by the release itself', () => {
    const made = production.filter(({ metadata }) => metadata.annotations?.['helm.sh/hook'] === undefined);
    const names = new Set(
      of(made, 'ConfigMap')
        .concat(of(made, 'Secret'))
        .map(({ metadata }) => metadata.name),
    );
    const jobs = JSON.stringify(of(production, 'Job').map(({ spec }) => spec));
    for (const name of names) expect(jobs).not.toContain(`"${name}"`);
  });

  test('the demo’s configuration is that of make stack, at this release’s exchange', () => {
    const text = one(demo, 'ConfigMap', 'configuration').data['sluice.yaml']!;
    expect(text).toContain('endpoint: http://sluice-paper-exchange:8090');
    expect(text).toContain('test2:');
  });
});

describe('the network', () => {
  const policy = (objects: Rendered[], name: string) => one(objects, 'NetworkPolicy', name).spec;
  const reach = (rules: Rule[] | undefined, port: number | string) =>
    rules?.find((rule) => rule.ports.some((allowed) => allowed.port === port));

  test('is closed to every pod of the release unless a policy says otherwise', () => {
    const { podSelector, ingress, egress } = policy(production, 'default-deny');
    expect({ ingress, egress }).toEqual({ ingress: undefined, egress: undefined });
    const labels = { 'app.kubernetes.io/name': 'sluice', 'app.kubernetes.io/instance': 'sluice' };
    expect(podSelector).toEqual({ matchLabels: labels });
    for (const { spec } of [...of(all, 'Deployment'), ...of(all, 'StatefulSet'), ...of(all, 'Job')])
      expect(spec.template.metadata.labels).toMatchObject(labels);
  });

  test('leads to the internet for who needs it, by TLS and never into private ranges', () => {
    expect(reach(policy(production, 'webhook-gateway').egress, 443)).toBeUndefined();
    const [peer] = reach(policy(production, 'order-queue').egress, 443)!.to!;
    expect(peer!.ipBlock).toMatchObject({
      cidr: '0.0.0.0/0',
      except: expect.arrayContaining(['169.254.0.0/16', '10.0.0.0/8']),
    });
  });

  test('leads there by name alone where Cilium is', () => {
    expect(reach(policy(all, 'order-queue').egress, 443)).toBeUndefined();
    expect(JSON.stringify(one(all, 'CiliumNetworkPolicy', 'order-queue').spec)).toContain(
      '"matchName":"fapi.binance.com"',
    );
    expect(of(production, 'CiliumNetworkPolicy')).toEqual([]);
  });

  test.each([
    ['order-queue', ['fapi.binance.com', 'fstream.binance.com', 'api.binance.com', 'ws-api.binance.com']],
    ['order-queue', ['api.bybit.com', 'stream.bybit.com']],
    ['market-data', ['fapi.binance.com', 'fstream.binance.com', 'api.binance.com', 'stream.binance.com']],
    ['market-data', ['api.bybit.com', 'stream.bybit.com']],
    ['notifier', ['api.telegram.org']],
  ])('leads %s to whomever it calls', (name, hosts) => {
    const policy = JSON.stringify(one(all, 'CiliumNetworkPolicy', name).spec);
    for (const host of hosts) expect(policy).toContain(`"matchName":"${host}"`);
  });

  test('leads to the port a name asks for, and by that name alone where Cilium is', () => {
    const set = ['services.market-data.reaches.internet=["fapi.binance.com","venue.example:9443"]'];
    const ports = policy(render('production', { set }), 'market-data').egress!.flatMap((rule) => rule.ports);
    expect(ports.map(({ port }) => port)).toEqual(expect.arrayContaining([443, 9443]));
    const { spec } = one(render('all-options', { set }), 'CiliumNetworkPolicy', 'market-data');
    expect(spec.egress!.slice(1)).toEqual([
      { toFQDNs: [{ matchName: 'fapi.binance.com' }], toPorts: [{ ports: [{ port: '443', protocol: 'TCP' }] }] },
      { toFQDNs: [{ matchName: 'venue.example' }], toPorts: [{ ports: [{ port: '9443', protocol: 'TCP' }] }] },
    ]);
  });

  test('lets helm test ask the gateway, also where others are named', () => {
    const test = { 'app.kubernetes.io/component': 'test' };
    expect(policy(production, 'test').egress).toHaveLength(1);
    const from = policy(production, 'webhook-gateway').ingress![0]!.from!;
    expect(from).toContainEqual({ podSelector: { matchLabels: expect.objectContaining(test) } });
    expect(from).toHaveLength(2);
  });

  test('has the Collector’s and Loki’s port from their addresses', () => {
    const set = ['telemetry.lokiUrl="https://loki.example"', 'telemetry.endpoint="http://collector:4319"'];
    const changed = render('production', { set });
    expect(reach(policy(changed, 'webhook-gateway').egress, 443)).toBeDefined();
    expect(reach(policy(changed, 'database').egress, 4319)).toBeDefined();
  });
});

describe('what surrounds it', () => {
  test('is there where its API is, and where it is asked for', () => {
    expect(of(all, 'ServiceMonitor')).toHaveLength(1);
    expect(of(render('all-options', { apiVersions: [] }), 'ServiceMonitor')).toEqual([]);
    expect(of(production, 'HTTPRoute')).toEqual([]);
  });

  test('a proxy waits longer than the gateway’s latest answer takes', () => {
    const [ingress] = of(production, 'Ingress');
    expect(Number(ingress!.metadata.annotations!['nginx.ingress.kubernetes.io/proxy-read-timeout'])).toBeGreaterThan(
      2.8,
    );
    const [route] = of(all, 'HTTPRoute');
    expect((route!.spec as unknown as { rules: object[] }).rules[0]).toMatchObject({ timeouts: { request: '10s' } });
  });

  test('lets alerts in from outside, and nothing for operators', () => {
    const paths = JSON.stringify(of(production, 'Ingress')).match(/"path":"[^"]+"/g);
    expect(paths).toEqual(['"path":"/api/webhook"']);
  });

  test('dashboards, data source and alert rules are labelled for the sidecar', () => {
    const maps = of(all, 'ConfigMap').filter(({ metadata }) => /dashboard-|datasources-|alerts-/.test(metadata.name));
    expect(maps.map(({ metadata }) => metadata.name)).toHaveLength(5);
  });
});

describe('values are refused', () => {
  test.each([
    ['replicaCount=3', 'replicaCount'],
    ['services.order-qeue.replicas=3', 'order-qeue'],
    ['services.order-queue.replica=3', 'replica'],
    ['image.digest="latest"', 'digest'],
    ['ingress.host=""', 'ingress.host is not set'],
    ['database.existingSecret=""', 'create a Secret with the address of Postgres'],
    ['admin.existingSecret=""', 'create a Secret with the token of /admin'],
  ])('%s', (set, reason) => {
    expect(() => render('production', { set: [set] })).toThrow(reason);
  });
});
