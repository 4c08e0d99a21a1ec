import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { memoryLimit } from './memory-limit.ts';

const machine = 8e9;

test.each([
  ['a limit of the container', '536870912\n', 536_870_912],
  ['no limit, as cgroup v2 writes it', 'max\n', machine],
  ['no limit, as cgroup v1 writes it', '9223372036854771712\n', machine],
])('%s', (_title, content, expected) => {
  const directory = mkdtempSync(join(tmpdir(), 'cgroup-'));
  const file = join(directory, 'memory.max');
  writeFileSync(file, content);
  expect(memoryLimit([join(directory, 'not-there'), file], machine)).toBe(expected);
  rmSync(directory, { recursive: true });
});
