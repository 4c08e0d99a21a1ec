import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { JobCluster, tick, until } from './job-cluster.ts';
import { releaseDeadRuns } from './release-dead-runs.ts';

let cluster: JobCluster;

beforeEach(async () => {
  cluster = await JobCluster.create(inject('databaseUrl'));
});

afterEach(async () => {
  await cluster.destroy();
});

/** Bound far above what this test takes: only the release can free it. */
const slow = { ...tick, expireInSeconds: 600 };

const beat = (secondsAgo: number) => cluster.sql`
  insert into runtime.heartbeat (service, replica, started_at, beat_at, ready, memory_rss, memory_limit)
  values ('order-queue', 'a', now(), now() - make_interval(secs => ${secondsAgo}), true, 0, 0)
  on conflict (service, replica) do update set beat_at = excluded.beat_at`;

test('a run of a replica that beats is left alone; once it is silent its job goes on elsewhere, and the run is recorded as lost', async () => {
  const hold = Promise.withResolvers<void>();
  let held = 0;
  let taken = 0;
  const stuck = async () => {
    held += 1;
    await hold.promise;
    return { changed: false };
  };
  const { boss, runner } = await cluster.startReplica('a', [slow], { tick: stuck });
  await until(() => held === 1);
  await beat(0);
  expect(await releaseDeadRuns(boss, cluster.sql, ['tick'])).toEqual([]);
  // From here on it takes no more, as a killed one.
  const stopped = runner.stop(8_000);
  await beat(7);
  await cluster.startReplica('b', [slow], {
    tick: async () => {
      taken += 1;
      return { changed: false };
    },
  });
  await until(() => taken > 0, 8_000);
  const [lost] = await cluster.sql`select replica, outcome from runtime.job_run where outcome = 'lost'`;
  expect(lost).toEqual({ replica: 'a', outcome: 'lost' });
  hold.resolve();
  await stopped;
});
