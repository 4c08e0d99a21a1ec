import { jobCatalogue } from '@sluice/contracts';
import type { LogsAnswer, LogsQuestion } from '@sluice/log-query';
import { describe, expect, test } from 'vitest';
import { jobLogsRoutes } from './job-logs-routes.ts';
import { answerSchemas } from './openapi.ts';

const found: LogsAnswer = {
  kind: 'found',
  lines: [
    {
      timestampNs: 1_761_196_109_123_456_789n,
      level: 'INFO',
      tag: 'QUEUE_REBAL',
      message: '<b>3</b> orders sent',
      file: 'services/order-queue/src/jobs/rebalancer.ts',
      line: 123,
      service: 'order-queue',
    },
    {
      timestampNs: 1_761_196_110_000_000_000n,
      level: 'WARNING',
      tag: null,
      message: 'from a library',
      file: null,
      line: null,
      service: 'order-queue',
    },
  ],
  total: 1_000,
  matching: 45,
};

function routes(answer: LogsAnswer | null, readTimeZone: () => Promise<string> = async () => 'Asia/Seoul') {
  const asked: LogsQuestion[] = [];
  const logs = {
    async read(question: LogsQuestion) {
      asked.push(question);
      return answer!;
    },
  };
  const app = jobLogsRoutes({ logs: answer === null ? null : logs, readTimeZone });
  const get = async (path: string) => {
    const response = await app.request(`/admin/system/background-jobs/${path}`);
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  return { asked, get };
}

describe('the logs of a job', () => {
  test('are answered in the shape clients know, in the zone of the installation', async () => {
    const { status, body } = await routes(found).get('queue_rebalancer/logs?untagged=1');
    expect(status).toBe(200);
    expect(answerSchemas.jobLogs.parse(body)).toEqual(body);
    expect(body).toEqual({
      success: true,
      logs: [
        {
          timestamp: '2025-10-23 14:08:29',
          level: 'INFO',
          tag: 'QUEUE_REBAL',
          message: '<b>3</b> orders sent',
          file: 'rebalancer.ts',
          line: 123,
        },
        {
          timestamp: '2025-10-23 14:08:30',
          level: 'WARNING',
          tag: null,
          message: 'from a library',
          file: null,
          line: null,
        },
      ],
      total: 1_000,
      filtered: 45,
      job_id: 'queue_rebalancer',
    });
  });

  const names = jobCatalogue.flatMap(({ id, tag, aliases }) =>
    [id, ...aliases].map((name) => [name, id, tag] as const),
  );
  test.each(names)('asked for as %s are those of %s', async (name, id, tag) => {
    const { asked, get } = routes(found);
    const { body } = await get(`${name}/logs`);
    expect(body.job_id).toBe(id);
    expect(asked).toMatchObject([{ tag, limit: 100, untagged: false }]);
  });

  test.each(['nothing', 'QUEUE_REBAL', 'constructor', 'queue_rebalancer%00', '%22%7D'])(
    'of %s, which is no job, are 404 with those there are',
    async (name) => {
      const { asked, get } = routes(found);
      const { status, body } = await get(`${name}/logs`);
      expect(status).toBe(404);
      for (const { id, aliases } of jobCatalogue)
        for (const known of [id, ...aliases]) expect(body.error).toContain(known);
      expect(asked).toEqual([]);
    },
  );

  test('with a wrong parameter are 400, and Loki is not asked', async () => {
    const { asked, get } = routes(found);
    const { status, body } = await get('queue_rebalancer/logs?limit=0&level=x');
    expect([status, asked]).toEqual([400, []]);
    expect(body).toMatchObject({ success: false, errors: [{ path: 'limit' }, { path: 'level' }] });
  });

  test('are 503 where no Loki is configured, and the answer says what to set', async () => {
    const { status, body } = await routes(null).get('queue_rebalancer/logs');
    expect([status, body.error]).toEqual([503, expect.stringContaining('LOKI_URL')]);
  });

  test('are 503 with the reason while Loki is away', async () => {
    const { status, body } = await routes({ kind: 'away', reason: 'Loki could not be reached: ECONNREFUSED' }).get(
      'queue_rebalancer/logs',
    );
    expect(status).toBe(503);
    expect(body.error).toBe('loki: logs cannot be read now: Loki could not be reached: ECONNREFUSED');
  });

  test('are read while the database is away, in the zone it named last', async () => {
    let away = false;
    const { get } = routes(found, async () => {
      if (away) throw new Error('no connection');
      return 'UTC';
    });
    const { body: before } = await get('queue_rebalancer/logs');
    away = true;
    const { body: during } = await get('queue_rebalancer/logs');
    expect(during).toEqual(before);
    expect(during.logs).toMatchObject([{ timestamp: '2025-10-23 05:08:29' }, {}]);
  });
});
