import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { chart, renderChart, type ValueSet, valueSets } from './render-chart.ts';

/**
 * Holds what the chart renders against `charts/golden`; `--write` writes it anew. What stands in a file of its own (a
 * dashboard, the Collector's configuration) is named instead of repeated: its change is no change of the chart.
 */
const golden = new URL('../golden/', import.meta.url);
const write = process.argv.includes('--write');

for (const name of Object.keys(valueSets) as ValueSet[]) {
  const file = new URL(`${name}.yaml`, golden);
  const rendered = withFilesNamed(renderChart(name));
  if (write) {
    mkdirSync(golden, { recursive: true });
    writeFileSync(file, rendered);
  } else if (readFileSync(file, 'utf8') !== rendered) {
    console.error(
      `charts/golden/${name}.yaml is not what the chart renders; run "make charts-golden" and look at the difference.`,
    );
    process.exitCode = 1;
  }
}

function withFilesNamed(rendered: string): string {
  let text = rendered;
  for (const path of readdirSync(`${chart}/files`, { recursive: true, encoding: 'utf8' }).sort()) {
    if (!/\.(json|yaml)$/.test(path) || path === 'stack.yaml') continue;
    const indented = readFileSync(`${chart}/files/${path}`, 'utf8')
      .split('\n')
      .map((line) => `    ${line}`)
      .join('\n');
    text = text.replaceAll(indented.trimEnd(), `    (files/${path})`);
    text = text.replaceAll(/(checksum\/configuration: )[0-9a-f]{64}/g, '$1(of the file)');
  }
  return text.replaceAll(/[ \t]+$/gm, '');
}
