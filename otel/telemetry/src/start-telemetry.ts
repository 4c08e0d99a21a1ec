import { setTimeout as sleep } from 'node:timers/promises';
import { detectResources, envDetector, type Resource, resourceFromAttributes } from '@opentelemetry/resources';
import { LoggerProvider, type LogRecordProcessor } from '@opentelemetry/sdk-logs';
import { installActiveContext } from './active-context.ts';
import { bindProvider } from './bound-provider.ts';
import { ConsoleProcessor } from './console-processor.ts';
import { reportDroppedRecords } from './dropped-records.ts';
import { type OtlpUrls, readLogSettings } from './log-settings.ts';
import { RecordPipeline } from './record-pipeline.ts';
import { zonedTime } from './zoned-time.ts';

export type TelemetryOptions = {
  /** `service.name` of every record. */
  service: string;
  version?: string;
  /** Names this process among the replicas of its service. */
  instance?: string;
  /** Tags a level may be set for by LOG_LEVEL_TAGS; without them any is taken. */
  tags?: readonly string[];
  /** Where settings are read from; the process environment by default. */
  env?: Record<string, string | undefined>;
};

export type Telemetry = {
  /**
   * Sends what is waiting and ends. Resolves after at most `deadlineMs`, also when the Collector is down or hangs:
   * without a bound of our own the SDK's shutdown took 40 s then, more than Kubernetes waits. Records that could not be
   * sent are counted in a last line on the console.
   */
  stop(deadlineMs?: number): Promise<void>;
};

/** What runs besides the console. */
type Signals = {
  /** Records that were lost or would be if the process ended now. */
  unsent(): number;
  stop(): Promise<void>;
};

/** A stop of 2 s in all, the last line and the exit included. */
const STOP_WITHIN_MS = 1_500;

let running: Promise<Telemetry> | undefined;

/**
 * Starts logs, traces and metrics. Logs go to the console always; all three go by OTLP over HTTP where
 * OTEL_EXPORTER_OTLP_ENDPOINT is set, and where it is not nothing listens, connects or is loaded for it. A second start
 * returns the first. Rejects with a sentence when a setting cannot be read.
 */
export function startTelemetry(options: TelemetryOptions): Promise<Telemetry> {
  running ??= start(options);
  running.catch(() => {
    running = undefined;
  });
  return running;
}

async function start(options: TelemetryOptions): Promise<Telemetry> {
  const settings = readLogSettings(options.env ?? process.env, process.stdout.isTTY === true, options.tags);
  installActiveContext();

  const console = new ConsoleProcessor({
    style: settings.style,
    time: zonedTime(settings.timeZone),
    write: (text) => process.stdout.write(text),
  });
  const { minimumSeverity, severityOfTag } = settings;
  const pipeline = (...sinks: LogRecordProcessor[]) => new RecordPipeline({ minimumSeverity, severityOfTag, sinks });
  const resource = resourceOf(options);
  const signals =
    settings.otlp === undefined
      ? startConsoleAlone(resource, pipeline(console))
      : await startAll(settings.otlp, resource, (sink) => pipeline(console, sink));

  const flushConsole = () => console.flush();
  process.on('exit', flushConsole);
  // A closed pipe (`… | head`) arrives as an event, and without a listener it would end the process.
  process.stdout.on('error', ignore);

  let stopped: Promise<void> | undefined;
  return {
    stop(deadlineMs = STOP_WITHIN_MS) {
      stopped ??= (async () => {
        console.flush();
        const late = new AbortController();
        await Promise.race([
          signals.stop().catch(ignore),
          sleep(deadlineMs, undefined, { signal: late.signal }).catch(ignore),
        ]);
        late.abort();
        bindProvider(undefined);
        const unsent = signals.unsent();
        if (unsent > 0) console.write(lastLine(unsent));
        console.flush();
        process.off('exit', flushConsole);
        running = undefined;
      })();
      return stopped;
    },
  };
}

function startConsoleAlone(resource: Resource, pipeline: RecordPipeline): Signals {
  const provider = new LoggerProvider({ resource, processors: [pipeline] });
  bindProvider({ provider, wants: pipeline.wants });
  return { unsent: () => 0, stop: () => provider.shutdown() };
}

async function startAll(
  urls: OtlpUrls,
  resource: Resource,
  pipeline: (sink: LogRecordProcessor) => RecordPipeline,
): Promise<Signals> {
  const { startOtlp } = await import('./otlp-signals.ts');
  const otlp = startOtlp(urls, resource, pipeline);
  const reports = reportDroppedRecords(otlp.sink);
  return {
    unsent: () => otlp.sink.dropped + otlp.sink.waiting,
    async stop() {
      reports.stop();
      await otlp.stop();
    },
  };
}

function lastLine(unsent: number) {
  return {
    epochMs: Date.now(),
    level: 'WARNING',
    module: 'telemetry',
    body: `${unsent} log records of this process never reached the Collector`,
    attributes: { dropped: unsent },
  };
}

function resourceOf(options: TelemetryOptions): Resource {
  return detectResources({ detectors: [envDetector] }).merge(
    resourceFromAttributes({
      'service.name': options.service,
      ...(options.version === undefined ? {} : { 'service.version': options.version }),
      ...(options.instance === undefined ? {} : { 'service.instance.id': options.instance }),
    }),
  );
}

function ignore(): void {}
