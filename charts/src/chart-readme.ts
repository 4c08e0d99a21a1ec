import { readFileSync } from 'node:fs';
import { isMap, isScalar, type Pair, parseDocument, type YAMLMap } from 'yaml';

const valuesFile = new URL('../sluice/values.yaml', import.meta.url);

const introduction = `# Sluice

Trading alerts in, exchange orders out, safely. How it is installed, upgraded, rolled back and watched is in
\`docs/kubernetes.md\` of the repository.

A working system on an empty cluster, with play money and a Postgres that is not for production:

    helm install sluice charts/sluice --values charts/sluice/values-demo.yaml

A production installation needs Postgres 18, two Secrets and a configuration:

    kubectl create secret generic sluice-database --from-literal=url=postgres://user:password@host:5432/sluice
    kubectl create secret generic sluice-admin --from-literal=token=…
    helm install sluice charts/sluice --values my-values.yaml

## Values

What is not named here is refused. This table is made from \`values.yaml\` by \`make generate\`.

| value | default | meaning |
|---|---|---|
`;

type Row = { path: string; value: string; meaning: string };

/** The chart's README: one row for each value, with the comment that stands above it. */
export function chartReadme(): string {
  const rows = rowsOf(parseDocument(readFileSync(valuesFile, 'utf8')).contents as YAMLMap, '', '');
  return `${introduction}${rows.map(({ path, value, meaning }) => `| \`${path}\` | ${value} | ${meaning} |\n`).join('')}`;
}

function rowsOf(map: YAMLMap, prefix: string, beforeFirst: string): Row[] {
  return (map.items as Pair[]).flatMap((pair, place) => {
    const key = pair.key as { value: string; commentBefore?: string };
    const path = `${prefix}${key.value}`;
    const meaning = meaningOf(key.commentBefore ?? (place === 0 ? beforeFirst : ''));
    const value = pair.value;
    // What is written in one line is one value to whoever reads it.
    if (isMap(value) && !value.flow && value.items.length > 0) {
      const own: Row[] = meaning === '' ? [] : [{ path, value: '', meaning }];
      return [...own, ...rowsOf(value, `${path}.`, value.commentBefore ?? '')];
    }
    const shown = isScalar(value) ? value.value : (value as { toJSON(): unknown }).toJSON();
    return [{ path, value: `\`${JSON.stringify(shown)}\``, meaning }];
  });
}

function meaningOf(comment: string): string {
  return comment
    .split('\n')
    .map((line) => line.trim().replace(/^-- /, ''))
    .join(' ')
    .trim();
}
