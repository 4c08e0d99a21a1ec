import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-http';
import { detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import { BatchLogRecordProcessor, LoggerProvider, type LogRecordProcessor } from '@opentelemetry/sdk-logs';
import { installActiveContext } from './active-context.ts';
import { bindProvider } from './bound-provider.ts';
import { ConsoleProcessor } from './console-processor.ts';
import { JobTagProcessor } from './job-tag-processor.ts';
import { type LogSettings, readLogSettings } from './log-settings.ts';
import { zonedTime } from './zoned-time.ts';

export type TelemetryOptions = {
  /** `service.name` of every record. */
  service: string;
  version?: string;
  /** Names this process among the replicas of its service. */
  instance?: string;
  /** Where settings are read from; the process environment by default. */
  env?: Record<string, string | undefined>;
};

export type Telemetry = {
  /**
   * Sends what is waiting and ends. Resolves after at most `deadlineMs`, also when the Collector is down: without a
   * bound of our own the SDK's shutdown took 40 s then, more than Kubernetes waits.
   */
  stop(deadlineMs?: number): Promise<void>;
};

let running: Telemetry | undefined;

/** A deep plan writes a few thousand lines in a second; what does not fit is dropped, and the console still has it. */
const MAX_QUEUED_RECORDS = 8_192;

/**
 * Starts logging: to the console always, and by OTLP when OTEL_EXPORTER_OTLP_ENDPOINT is set. A second start returns
 * the first. Throws an Error with a sentence when a LOG_ setting cannot be read.
 */
export function startTelemetry(options: TelemetryOptions): Telemetry {
  if (running) return running;
  const settings = readLogSettings(options.env ?? process.env, process.stdout.isTTY === true);
  installActiveContext();

  const console = new ConsoleProcessor({
    style: settings.style,
    time: zonedTime(settings.timeZone),
    write: (text) => process.stdout.write(text),
  });
  const provider = new LoggerProvider({
    resource: resourceOf(options),
    processors: [new JobTagProcessor(), console, ...otlpProcessors(settings)],
    logRecordLimits: { attributeValueLengthLimit: 16_384 },
    loggerConfigurator: () => ({ enabled: true, traceBased: false, minimumSeverity: settings.minimumSeverity }),
  });

  const flushConsole = () => console.flush();
  process.on('exit', flushConsole);
  // A closed pipe (`… | head`) arrives as an event, and without a listener it would end the process.
  process.stdout.on('error', ignore);
  bindProvider(provider);

  let stopped: Promise<void> | undefined;
  const telemetry: Telemetry = {
    stop(deadlineMs = 2_000) {
      stopped ??= (async () => {
        console.flush();
        await Promise.race([provider.shutdown().catch(ignore), elapsed(deadlineMs)]);
        bindProvider(undefined);
        process.off('exit', flushConsole);
        if (running === telemetry) running = undefined;
      })();
      return stopped;
    },
  };
  running = telemetry;
  return telemetry;
}

function resourceOf(options: TelemetryOptions) {
  return detectResources({ detectors: [envDetector] }).merge(
    resourceFromAttributes({
      'service.name': options.service,
      ...(options.version === undefined ? {} : { 'service.version': options.version }),
      ...(options.instance === undefined ? {} : { 'service.instance.id': options.instance }),
    }),
  );
}

function otlpProcessors(settings: LogSettings): LogRecordProcessor[] {
  if (settings.otlpLogsUrl === undefined) return [];
  return [
    new BatchLogRecordProcessor({
      exporter: new OTLPLogExporter({ url: settings.otlpLogsUrl }),
      maxQueueSize: MAX_QUEUED_RECORDS,
      maxExportBatchSize: 1_024,
    }),
  ];
}

function elapsed(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref());
}

function ignore(): void {}
