import { existsSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { startLocalPostgres } from '@sluice/local-postgres';

export type StartedPostgres = { url: string; origin: string; stop(): Promise<void> };

/** Tests lose their data anyway, so nothing waits for a disk. Every test file takes a pool or two. */
const SETTINGS = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '300' };
/** What the statfs of a file system in memory says it is. */
const TMPFS = 0x01021994;
/** The databases there are at once were seen to take 130 MB; the write-ahead log may grow to 1 GB. */
const ROOM_IN_MEMORY = 2e9;
const IMAGE = process.env.SLUICE_POSTGRES_IMAGE || 'postgres:18-alpine';

/**
 * A Postgres for tests: the one of DATABASE_URL, else a container where one really starts, else the embedded
 * binaries. SLUICE_BACKING asks for one of the two, `testcontainers` or `embedded`, and no other then. Throws when
 * there is none; tests are never skipped for want of a database.
 */
export async function startPostgres(): Promise<StartedPostgres> {
  const given = process.env.DATABASE_URL;
  if (given) return { url: given, origin: 'DATABASE_URL', stop: async () => {} };
  const asked = process.env.SLUICE_BACKING || 'any';
  switch (asked) {
    case 'embedded':
      return startEmbedded();
    case 'testcontainers': {
      const container = await startContainer();
      if (!container) throw new Error('SLUICE_BACKING asks for testcontainers, and no container could be started');
      return container;
    }
    case 'any':
      return (await startContainer()) ?? (await startEmbedded());
    default:
      throw new Error(`SLUICE_BACKING is "${asked}": set it to testcontainers or embedded`);
  }
}

async function startContainer(): Promise<StartedPostgres | undefined> {
  const hasDocker = process.env.DOCKER_HOST !== undefined || existsSync('/var/run/docker.sock');
  if (!hasDocker) return undefined;
  try {
    const { PostgreSqlContainer } = await import('@testcontainers/postgresql');
    const container = await new PostgreSqlContainer(IMAGE)
      .withCommand(['postgres', ...Object.entries(SETTINGS).flatMap(([name, value]) => ['-c', `${name}=${value}`])])
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
  const server = await startLocalPostgres({
    directory: await placeForData(),
    port: 0,
    password: 'postgres',
    settings: SETTINGS,
    keepData: false,
  });
  return { url: server.url, origin: 'the embedded binaries', stop: () => server.stop() };
}

/**
 * In memory where there is room, else beside what the demo writes. The tests copy some two hundred databases of seven
 * hundred files each: on a disk's file system that alone was a fifth of the whole suite's processor time.
 */
async function placeForData(): Promise<string> {
  const memory = await statfs('/dev/shm').catch(() => undefined);
  if (memory?.type === TMPFS && memory.bavail * memory.bsize > ROOM_IN_MEMORY) {
    return `/dev/shm/sluice-test-${process.pid}`;
  }
  return fileURLToPath(new URL(`../../.sluice/test-${process.pid}`, import.meta.url));
}
