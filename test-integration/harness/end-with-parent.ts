/**
 * Loaded before each service that a test starts. When the test's own process was killed and could stop nothing, its
 * services end by themselves instead of holding ports and connections for ever.
 */
const parent = process.ppid;

setInterval(() => {
  if (process.ppid !== parent) process.kill(process.pid, 'SIGKILL');
}, 1_000).unref();
