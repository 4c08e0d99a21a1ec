import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

type Finding = { what: string; pattern: RegExp };

/** Written so that no pattern matches itself. */
const forbidden: Finding[] = [
  { what: 'a path of one machine', pattern: /(?<![\w.~/-])\/(work|root|home\/\w+|Users\/\w+)\/\w/ },
  {
    what: 'the address of a package registry',
    pattern: /https?:\/\/[\w.-]*(registry|npm|verdaccio|artifactory)[\w-]*\.[\w.-]+/i,
  },
  { what: 'a private key', pattern: /-{5}BEGIN [A-Z ]*PRIVATE KEY-{5}/ },
  { what: 'an access token', pattern: /\b(gh[pousr]_\w{30,}|xox[abpr]-[\w-]{20,}|AKIA[0-9A-Z]{16}|npm_\w{36})\b/ },
  { what: 'a Telegram bot token', pattern: /\b\d{8,10}:AA[\w-]{33}\b/ },
  // 64 letters and digits of mixed case: what Binance's keys and secrets look like. A hash is lower-case hex.
  { what: 'an exchange key', pattern: /\b(?=\w*[a-z])(?=\w*[A-Z])(?=\w*\d)[A-Za-z0-9]{64}\b/ },
];

/** Keys an exchange printed in its own documentation, for checking signatures. */
const published = new Set(
  [
    ['vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zv', 'sw0MuIgwCIPy6utIco14y7Ju91duEh8A'],
    ['NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP', '1e3UZjInClVN65XAbvqqM6A7H5fATj0j'],
    ['dbefbc809e3e83c283a984c3a1459732', 'ea7db1360ca80c5c2c8867408d28cc83'],
    ['2b5eb11e18796d12d88f13dc27dbbd02', 'c2cc51ff7059765ed9821957d82bb4d9'],
  ].map((halves) => halves.join('')),
);

/** Not ours to change, and full of hashes. */
const skipped = /(^|\/)(pnpm-lock\.yaml)$|\.(png|ico|woff2?)$/;

const root = fileURLToPath(new URL('../../', import.meta.url));
const files = execFileSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8' }).split('\0').filter(Boolean);

let found = 0;
for (const file of files) {
  const text = readOrEmpty(`${root}${file}`);
  const rules = skipped.test(file) ? forbidden.slice(0, 2) : forbidden;
  for (const [index, line] of text.split('\n').entries()) {
    for (const { what, pattern } of rules) {
      const match = pattern.exec(line);
      if (!match || published.has(match[0])) continue;
      found += 1;
      // The place is enough: printing what was found would put a secret into a build's log.
      console.error(`${file}:${index + 1} holds what looks like ${what}`);
    }
  }
}
if (found > 0) {
  console.error('Take it out. Secrets are named in configuration and stand in the environment.');
  process.exitCode = 1;
}

/** A tracked file may be deleted in the work tree. */
function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
