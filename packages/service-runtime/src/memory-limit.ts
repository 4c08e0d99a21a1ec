import { readFileSync } from 'node:fs';
import { totalmem } from 'node:os';

/** cgroup v2, then v1. */
const LIMIT_FILES = ['/sys/fs/cgroup/memory.max', '/sys/fs/cgroup/memory/memory.limit_in_bytes'];

/** Bytes this process may use: the container's limit where there is one, else the machine's memory. */
export function memoryLimit(files: readonly string[] = LIMIT_FILES, machine: number = totalmem()): number {
  for (const file of files) {
    try {
      const limit = Number(readFileSync(file, 'utf8').trim());
      // "max" and the huge number of v1 both mean that there is no limit.
      if (Number.isFinite(limit) && limit > 0 && limit < machine) return limit;
    } catch {
      // Not this version of cgroups, or not Linux.
    }
  }
  return machine;
}
