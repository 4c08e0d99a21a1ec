import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export type MigrationFile = { version: number; name: string; fileName: string; text: string; hash: string };

const FILE_NAME = /^(\d{4})[_-]([a-z0-9_-]+)\.sql$/;

/**
 * The migrations of a directory, in order; none when there is no such directory. Throws when a name is not
 * `NNNN_name.sql` or a number is there twice, which happens when two branches each added one.
 */
export async function readMigrationFiles(directory: string | URL): Promise<MigrationFile[]> {
  const path = directory instanceof URL ? fileURLToPath(directory) : directory;
  const files: MigrationFile[] = [];
  for (const fileName of (await fileNames(path)).filter((name) => name.endsWith('.sql')).sort()) {
    const match = FILE_NAME.exec(fileName);
    if (!match) throw new Error(`${join(path, fileName)}: name it NNNN_name.sql, such as 0001_orders.sql`);
    const version = Number(match[1]);
    const twin = files.find((file) => file.version === version);
    if (twin) throw new Error(`${path}: ${twin.fileName} and ${fileName} have the same number: give one the next`);
    // A checkout on Windows must not count as a change.
    const text = (await readFile(join(path, fileName), 'utf8')).replaceAll('\r\n', '\n');
    files.push({ version, name: match[2]!, fileName, text, hash: createHash('sha256').update(text).digest('hex') });
  }
  return files;
}

async function fileNames(path: string): Promise<string[]> {
  try {
    return await readdir(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
