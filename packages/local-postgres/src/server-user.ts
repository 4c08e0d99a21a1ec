import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Who the server runs as, as spawn wants it; nothing for the one who asks. */
export type ServerUser = { uid: number; gid: number } | Record<string, never>;

/**
 * Postgres refuses to run as root, which is who one is in most containers. There it runs as `postgres` where that user
 * exists, else as `nobody`: nothing is added to the machine's users for a demo or a test.
 */
export async function serverUser(): Promise<ServerUser> {
  if (process.getuid?.() !== 0) return {};
  for (const name of ['postgres', 'nobody']) {
    try {
      const [uid, gid] = await Promise.all(
        ['-u', '-g'].map(async (flag) => Number((await run('id', [flag, name])).stdout)),
      );
      return { uid: uid!, gid: gid! };
    } catch {
      // That user is not here; the next may be.
    }
  }
  throw new Error('Postgres cannot run as root, and there is no user "postgres" or "nobody" here to run it as');
}

/** Whether that user may enter a directory; one closed to others above it is enough to keep it out. */
export async function canEnter(user: ServerUser, directory: string): Promise<boolean> {
  if (user.uid === undefined) return true;
  try {
    await run('test', ['-x', directory], { ...user, cwd: '/' });
    return true;
  } catch {
    return false;
  }
}
