import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { chartReadme } from '@sluice/charts/readme';
import { configurationJsonSchema } from '@sluice/configuration';
import { grafanaFiles } from '@sluice/grafana';

/** What is generated, and from what. `--write` writes each anew; without it, one that is not current fails. */
const generated: { file: string; content: () => string }[] = [
  { file: 'config/schema.json', content: () => `${JSON.stringify(configurationJsonSchema(), null, 2)}\n` },
  { file: 'charts/sluice/README.md', content: chartReadme },
  ...grafanaFiles,
];

const root = new URL('../../', import.meta.url);
const write = process.argv.includes('--write');

for (const { file, content } of generated) {
  const url = new URL(file, root);
  const wanted = content();
  if (readOrEmpty(url) === wanted) continue;
  if (write) {
    mkdirSync(new URL('.', url), { recursive: true });
    writeFileSync(url, wanted);
    console.log(`${file} written`);
  } else {
    console.error(`${file} is not what its source says; run "make generate" and commit it.`);
    process.exitCode = 1;
  }
}

function readOrEmpty(url: URL): string {
  try {
    return readFileSync(url, 'utf8');
  } catch {
    return '';
  }
}
