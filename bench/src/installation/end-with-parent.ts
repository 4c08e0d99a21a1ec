/** Loaded before each process of the bench: when the bench was killed and could stop nothing, they end by themselves. */
const parent = process.ppid;

setInterval(() => {
  if (process.ppid !== parent) process.kill(process.pid, 'SIGKILL');
}, 1_000).unref();
