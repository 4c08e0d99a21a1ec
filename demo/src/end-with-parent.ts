/**
 * Loaded before each service of the demo. When the demo itself was killed and could stop nothing, its services end by
 * themselves instead of holding their ports for ever.
 */
const parent = process.ppid;

setInterval(() => {
  if (process.ppid !== parent) process.kill(process.pid, 'SIGTERM');
}, 1_000).unref();
