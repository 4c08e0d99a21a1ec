import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { attributes } from './attributes.ts';

const root = new URL('../../../', import.meta.url);
const sources = globSync('{services,packages,cli,otel}/**/src/**/*.ts', {
  cwd: root,
  exclude: ['**/node_modules/**', '**/*.test.ts', '**/testing/**'],
}).map((file) => ({ file, text: readFileSync(new URL(file, root), 'utf8') }));

type LogCall = { file: string; logger: string; level: string; args: string };

/** Every `log.info(…)` of the sources, with what stands between its parentheses. */
const calls: LogCall[] = sources.flatMap(({ file, text }) => {
  const logger = /getLogger\((?:'([^']+)'|(\S+?))\)/.exec(text);
  return [...text.matchAll(/\blog\.(debug|info|warn|error)\(/g)].map((match) => {
    const from = match.index + match[0].length;
    return {
      file,
      logger: logger?.[1] ?? logger?.[2] ?? file,
      level: match[1]!,
      args: text.slice(from, closing(text, from)),
    };
  });
});

/** Where the parenthesis that was open before `from` closes; none of our texts holds an odd one. */
function closing(text: string, from: number): number {
  for (let at = from, depth = 1; at < text.length; at += 1) {
    if (text[at] === '(') depth += 1;
    if (text[at] === ')') depth -= 1;
    if (depth === 0) return at;
  }
  return text.length;
}

test('the sources are found', () => {
  expect(calls.length).toBeGreaterThan(30);
});

test('a text stands once per logger and level, since the place of a call is remembered by it', () => {
  const texts = calls.flatMap(({ logger, level, args }) => {
    const literal = /^\s*(['"`])(.*?)\1\s*(,|$)/s.exec(args)?.[2];
    return literal === undefined ? [] : [`${logger} ${level}: ${literal}`];
  });
  expect(texts.filter((text, at) => texts.indexOf(text) !== at)).toEqual([]);
});

test('structured attributes have the names of the list', () => {
  const unknown = calls.flatMap(({ file, args }) => {
    const object = /,\s*\{([^{}]*)\}\s*,?\s*$/s.exec(args)?.[1] ?? '';
    const names = object
      .split(',')
      .map((field) => /^\s*'?([\w.]+)'?\s*(:|$)/.exec(field)?.[1])
      .filter((name) => name !== undefined);
    return names.filter((name) => !(name in attributes)).map((name) => `${file}: ${name}`);
  });
  expect(unknown).toEqual([]);
});
