import { jobCatalogue } from '@sluice/contracts';

/** A log record as a service would send it, and as an answer should show it. */
export type SentRecord = {
  timeNs: bigint;
  tag: string | null;
  level: 'DEBUG' | 'INFO' | 'WARNING' | 'ERROR';
  severityNumber: number;
  message: string;
  path: string | null;
  line: number | null;
  service: string;
};

const levels: [SentRecord['level'], number][] = [
  ['DEBUG', 5],
  ['INFO', 9],
  ['INFO', 9],
  ['INFO', 0],
  ['WARNING', 13],
  ['ERROR', 17],
];
const services = ['order-queue', 'market-data', 'webhook-gateway'];
const messages = [
  'sent %d orders of BTC/USDT',
  '거래소 실행 완료 %d',
  'insufficient_balance: Margin is insufficient. (%d)',
  'quoted "text" and \\back\\slashes\\ %d',
  'several\nlines\n\tand a tab %d',
  '.* [a-z]+ (?i) ^$ {%d}',
  '"} | job_tag=~".*" %d',
  '<script>alert(%d)</script>',
  'null \0 and 😀 %d',
  '100 %% of %d',
];

/**
 * So many records, two every 37 ms up to `endMs`, of every tag, level and service and of texts that are hard to quote.
 * The second hundred begins with a burst of 40 in one millisecond. None shares its nanosecond with another, and nothing but
 * that tells their order; every seventh says nothing of where it was written.
 */
export function logRecords(count: number, endMs: number): SentRecord[] {
  const tags = [null, ...jobCatalogue.map(({ tag }) => tag), 'QUEUE_REBAL', 'QUEUE_REBAL', null];
  return Array.from({ length: count }, (_, i) => {
    const [level, severityNumber] = levels[i % levels.length]!;
    const located = i % 7 !== 0;
    const step = i >= 100 && i < 140 ? 139 : i;
    return {
      timeNs: BigInt(endMs - Math.floor((count - 1 - step) / 2) * 37) * 1_000_000n + BigInt(i),
      tag: tags[i % tags.length]!,
      level,
      severityNumber,
      message: messages[i % messages.length]!.replace('%d', String(i)),
      path: located ? `services/${services[i % services.length]}/src/jobs/file-${i % 5}.ts` : null,
      line: located ? i + 1 : null,
      service: services[i % services.length]!,
    };
  });
}

/** OTLP requests that carry these records, a resource for each service, in their order. */
export function otlpRequest(records: readonly SentRecord[], namespace: string): string {
  const text = (key: string, stringValue: string) => ({ key, value: { stringValue } });
  const resourceLogs = services.map((service) => ({
    resource: { attributes: [text('service.namespace', namespace), text('service.name', service)] },
    scopeLogs: [
      {
        scope: { name: 'contract' },
        logRecords: records
          .filter((record) => record.service === service)
          .map(({ timeNs, tag, level, severityNumber, message, path, line }) => ({
            timeUnixNano: String(timeNs),
            observedTimeUnixNano: String(timeNs),
            ...(severityNumber === 0 ? {} : { severityNumber, severityText: level }),
            body: { stringValue: message },
            attributes: [
              ...(tag === null ? [] : [text('job.tag', tag)]),
              ...(path === null ? [] : [text('code.file.path', path)]),
              ...(line === null ? [] : [{ key: 'code.line.number', value: { intValue: line } }]),
              text('strategy', 'test1'),
            ],
          })),
      },
    ],
  }));
  return JSON.stringify({ resourceLogs });
}
