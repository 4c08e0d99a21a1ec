import { createHash } from 'node:crypto';
import { chmod, chown, cp, lstat, mkdir, rename, rm, symlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { serverDirectory } from './server-binaries.ts';
import { canEnter, type ServerUser } from './server-user.ts';

export type PlacedServer = {
  /** `initdb`, `pg_ctl` and `postgres` are in it. */
  bin: string;
  /** What the server writes: its data, its log. */
  home: string;
};

/**
 * Finds a place where the server's user can reach both the programs and the data. Normally that is where they are. Run
 * by root below a directory that is closed to others (`/root` is, on Debian), neither can be reached by the user the
 * server runs as, so both go below /var/tmp, which outlives a restart, and `directory` becomes a link to the place.
 */
export async function placeServer(directory: string, user: ServerUser): Promise<PlacedServer> {
  const programs = await serverDirectory();
  await mkdir(dirname(directory), { recursive: true });
  if ((await canEnter(user, programs)) && (await canEnter(user, dirname(directory)))) {
    await ownDirectory(directory, user);
    return { bin: join(programs, 'bin'), home: directory };
  }
  const base = `/var/tmp/sluice-${createHash('sha256').update(dirname(directory)).digest('hex').slice(0, 12)}`;
  await ownedByUs(base);
  // Named by the packages' version directory, so that an upgrade is copied anew.
  const copy = join(base, `server-${createHash('sha256').update(programs).digest('hex').slice(0, 12)}`);
  await copyOnce(programs, copy);
  const home = join(base, basename(directory));
  await ownDirectory(home, user);
  await link(home, directory);
  // So that whoever cleans up finds the copy when the data is gone already.
  await link(copy, join(dirname(directory), 'postgres-programs'));
  return { bin: join(copy, 'bin'), home };
}

async function link(target: string, path: string): Promise<void> {
  await rm(path, { force: true });
  await symlink(target, path);
}

async function ownDirectory(directory: string, user: ServerUser): Promise<void> {
  await mkdir(directory, { recursive: true });
  if (user.uid !== undefined) await chown(directory, user.uid, user.gid);
}

/** /var/tmp is open to all: a directory someone else made there first could be used to swap the programs we run. */
async function ownedByUs(directory: string): Promise<void> {
  await mkdir(directory, { recursive: true });
  const found = await lstat(directory);
  if (!found.isDirectory() || found.uid !== process.getuid?.()) {
    throw new Error(`${directory} belongs to someone else; remove it, or run this as a user other than root`);
  }
  await chmod(directory, 0o755);
}

/** Whole or not at all: an interrupted copy must not be taken for one. */
async function copyOnce(from: string, to: string): Promise<void> {
  const there = await lstat(to).catch(() => undefined);
  if (there) return;
  const draft = `${to}.${process.pid}`;
  // Links as they are: by default they would be turned into paths back to where the programs cannot be reached.
  await cp(from, draft, { recursive: true, verbatimSymlinks: true });
  await chmod(draft, 0o755);
  await rename(draft, to).catch(async (error: NodeJS.ErrnoException) => {
    // Another process was first; its copy is as good.
    if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
    await rm(draft, { recursive: true, force: true });
  });
}
