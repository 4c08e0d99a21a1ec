import { readdirSync, readFileSync } from 'node:fs';
import { parser } from '@grafana/lezer-logql';
import { jobCatalogue } from '@sluice/contracts';
import { attributes } from '@sluice/telemetry';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { ruleGroups } from './alert-rules.ts';
import { grafanaFiles } from './index.ts';

type Found = { where: string; value: Record<string, unknown> };

const files = grafanaFiles.map(({ file, content }) => ({ file, text: content() }));
const documents = files.map(({ file, text }) => ({ file, value: parse(text) as unknown }));
const objects = documents.flatMap(({ file, value }) => objectsIn(value, file));
const dashboards = documents.filter(({ file }) => file.startsWith('otel/grafana/dashboards/'));
const panels = objects.filter(({ where, value }) => where.includes('dashboards/') && value.gridPos !== undefined);

/** Every LogQL text there is: of panels and rules, and the selectors of drop-downs. */
const queries = objects.flatMap(({ where, value }) =>
  [value.expr, value.stream].filter((text) => typeof text === 'string').map((text) => ({ where, text })),
);

describe('the queries', () => {
  test('there are some of each kind', () => {
    expect(queries.length).toBeGreaterThan(50);
    expect(queries.some(({ where }) => where.includes('alerting'))).toBe(true);
    expect(queries.some(({ where }) => where.includes('templating'))).toBe(true);
  });

  test('are LogQL, each of them', () => {
    const broken = queries.flatMap(({ where, text }) => mistakesIn(asSent(text)).map((near) => `${where}: ${near}`));
    expect(broken).toEqual([]);
  });

  test('a broken one would be seen', () => {
    expect(mistakesIn('sum(count_over_time({a="b"} | c="d" [5m])')).not.toEqual([]);
    expect(mistakesIn('{a="b"} | unwrap')).not.toEqual([]);
  });

  test('name no field that no record has', () => {
    const known = new Set(Object.keys(attributes).map((name) => name.replaceAll('.', '_')));
    for (const label of ['service_name', 'service_namespace', 'severity_text', 'told', '__error__', '__timestamp__'])
      known.add(label);
    const used = queries.flatMap(({ text }) => [
      ...text.matchAll(/(?:unwrap |[|{,(] ?|and |or )([a-z_]\w*)(?==~|!=|!~|=| \||\))/g),
    ]);
    const names = new Set([
      ...used.map((match) => match[1]!),
      ...queries.flatMap(({ text }) => [...text.matchAll(/by \(([^)]*)\)/g)].flatMap((match) => match[1]!.split(', '))),
    ]);
    expect(names.size).toBeGreaterThan(20);
    expect([...names].filter((name) => !known.has(name))).toEqual([]);
  });

  test('use only variables their dashboard has', () => {
    const builtIn = /^(__\w+)$/;
    for (const { file, value } of dashboards) {
      const { templating } = value as { templating: { list: { name: string }[] } };
      const names = new Set(templating.list.map(({ name }) => name));
      const text = JSON.stringify(value);
      const used = [...text.matchAll(/\$(?:\{(\w+)|(\w+))/g)].map((match) => (match[1] ?? match[2])!);
      const unknown = used.filter((name) => !names.has(name) && !builtIn.test(name) && !/^\d+$/.test(name));
      expect(unknown, file).toEqual([]);
    }
  });

  test('have names of their own in each panel and rule', () => {
    const groups = objects.flatMap(({ where, value }) =>
      [value.targets, value.data].filter(Array.isArray).map((of) => ({ where, of })),
    );
    expect(groups.length).toBeGreaterThan(30);
    for (const { where, of } of groups) {
      const names = of.map(({ refId }: { refId?: string }) => refId);
      expect(
        names.every((name) => name !== undefined && name !== ''),
        where,
      ).toBe(true);
      expect(new Set(names).size, where).toBe(names.length);
    }
  });
});

describe('the data sources', () => {
  test('that are named are provisioned', () => {
    for (const of of ['provisioning/datasources', 'with-traces']) {
      const sources = documents.find(({ file }) => file.includes(of))!.value as { datasources: { uid: string }[] };
      const there = new Set(['__expr__', ...sources.datasources.map(({ uid }) => uid)]);
      const named = objects
        .filter(({ where }) => !where.includes('with-traces') || of === 'with-traces')
        .flatMap(({ value }) => [value.datasourceUid, (value.datasource as { uid?: string } | undefined)?.uid])
        .filter((uid) => uid !== undefined);
      expect(named.length).toBeGreaterThan(50);
      expect(named.filter((uid) => !there.has(uid as string))).toEqual([]);
    }
  });

  test('of the traces is there only where it is configured', () => {
    const plain = files.find(({ file }) => file.includes('provisioning/datasources'))!.text;
    expect(plain).not.toMatch(/tempo/i);
    expect(plain).toContain('url: ${LOKI_URL}');
  });
});

describe('the dashboards', () => {
  test('have each a uid of its own', () => {
    const uids = dashboards.map(({ value }) => (value as { uid: string }).uid);
    expect(uids).toEqual(['sluice-jobs', 'sluice-orders', 'sluice-services']);
  });

  test('show the legend of every graph, with a text for every series', () => {
    const graphs = panels.filter(({ value }) => value.type === 'timeseries');
    expect(graphs.length).toBeGreaterThan(10);
    for (const { where, value } of graphs) {
      expect((value.options as { legend: object }).legend, where).toMatchObject({ showLegend: true });
      for (const target of value.targets as { legendFormat?: string }[])
        expect(target.legendFormat, where).toBeTruthy();
    }
  });

  test('say of every panel what it shows, and give every panel a place of its own', () => {
    for (const { where, value } of panels) {
      expect(value.title, where).toBeTruthy();
      expect(value.description, where).toBeTruthy();
    }
    const places = panels.map(({ where, value }) => `${where.split(' ')[0]} ${JSON.stringify(value.gridPos)}`);
    expect(new Set(places).size).toBe(places.length);
  });

  test('give the tag of a job a column in a colour no level has', () => {
    const text = files.find(({ file }) => file.endsWith('jobs.json'))!.text;
    expect(text).toContain('"#b5179e"');
    const { templating } = parse(text) as { templating: { list: { name: string; query: object }[] } };
    expect(templating.list.find(({ name }) => name === 'job_tag')?.query).toMatchObject({ type: 1, label: 'job_tag' });
  });
});

describe('the rules', () => {
  const rules = ruleGroups.flatMap(({ rules: of }) => of);

  test('have each a uid of its own, of the length Grafana takes', () => {
    const uids = rules.map(({ uid }) => uid!);
    expect(new Set(uids).size).toBe(uids.length);
    expect(uids.filter((uid) => !/^[\w-]{1,40}$/.test(uid))).toEqual([]);
  });

  test('watch every job that runs, and none that is only planned', () => {
    const watched = rules.flatMap(({ uid }) => /^sluice-stopped-(.+)$/.exec(uid!)?.[1] ?? []);
    expect(watched).toEqual(jobCatalogue.filter((job) => !('planned' in job)).map(({ tag }) => tag));
  });

  test('look at each deployment by itself, so that one that is alive does not hide that another is down', () => {
    for (const { uid, data } of rules.filter(({ uid }) => uid !== 'sluice-silence')) {
      const { expr } = data![0]!.model as unknown as { expr: string };
      const series = [...expr.matchAll(/(?:sum|max|avg)\w*(?: by \(| ?\(.*?\] ?\) by \()([^)]*)\)/g)].map(
        (match) => match[1]!,
      );
      expect(series, uid).not.toEqual([]);
      expect(
        series.filter((labels) => !labels.split(', ').includes('service_namespace')),
        uid,
      ).toEqual([]);
    }
  });

  test('hold no dollar sign, which would be taken for the environment', () => {
    expect(files.find(({ file }) => file.includes('alerting'))!.text).not.toContain('$');
  });
});

test('no other file lies where Grafana looks', () => {
  const root = new URL('../', import.meta.url);
  const there = ['dashboards', 'provisioning'].flatMap((folder) =>
    readdirSync(new URL(folder, root), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => entry.name),
  );
  const known = files.map(({ file }) => file.split('/').at(-1)!);
  expect(there.filter((name) => !known.includes(name))).toEqual([]);
  expect(readFileSync(new URL('../compose.yaml', root), 'utf8')).toContain(
    './grafana/dashboards:/var/lib/grafana/dashboards',
  );
});

/** What Loki gets: variables filled in as Grafana does. */
function asSent(query: string): string {
  return query
    .replace(/\$__(auto|range)/g, '5m')
    .replaceAll('${search:regex}', 'text')
    .replace(/\$\w+/g, '.*');
}

function mistakesIn(query: string): string[] {
  const mistakes: string[] = [];
  parser.parse(query).iterate({
    enter(node) {
      if (node.type.isError) mistakes.push(query.slice(Math.max(0, node.from - 20), node.to + 20));
    },
  });
  return mistakes;
}

/** Every object inside a value, with its path; a panel or rule is named by its title. */
function objectsIn(value: unknown, where: string): Found[] {
  if (typeof value !== 'object' || value === null) return [];
  const own = value as Record<string, unknown>;
  const name = typeof own.title === 'string' ? `${where} (${own.title})` : where;
  const inside = Object.entries(own).flatMap(([key, one]) => objectsIn(one, `${name} ${key}`));
  return Array.isArray(value) ? inside : [{ where: name, value: own }, ...inside];
}
