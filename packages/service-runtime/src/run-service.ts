import { jobCatalogue } from '@sluice/contracts';
import { getLogger, type Logger, startTelemetry, type Telemetry } from '@sluice/telemetry';
import { replicaId } from './replica-id.ts';
import { startFailureSentence } from './start-failure.ts';
import { StopHooks } from './stop-hooks.ts';

export type ServiceContext = {
  log: Logger;
  /** The name of this process among the replicas of its service. */
  replica: string;
  /**
   * Registers what has to happen at the end. Hooks run one after the other, the last registered first, so what was
   * started last stops first; each is given up after `deadlineMs` (default 10 s).
   */
  onStop(name: string, fn: () => unknown, options?: { deadlineMs?: number }): void;
};

export type ServiceDefinition = {
  name: string;
  version?: string;
  start(ctx: ServiceContext): Promise<void> | void;
};

/**
 * Runs a service as this process: starts telemetry, then `start`, and on SIGTERM or SIGINT stops in order and exits
 * with 0. A start that fails says so in one sentence and exits with 1. A second signal exits at once with 1. An error
 * nobody caught is logged, and the service stops and exits with 1: what it left behind is unknown, and Kubernetes
 * starts it again.
 */
export async function runService(service: ServiceDefinition): Promise<void> {
  const log = getLogger(service.name);
  let telemetry: Telemetry;
  try {
    telemetry = await startTelemetry({
      service: service.name,
      instance: replicaId,
      tags: jobCatalogue.map((job) => job.tag),
      ...(service.version === undefined ? {} : { version: service.version }),
    });
  } catch (error) {
    process.stderr.write(`${service.name}: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  }

  const hooks = new StopHooks(log);
  let stopping: Promise<never> | undefined;
  const stop = (code: 0 | 1): Promise<never> => {
    stopping ??= (async () => {
      const clean = await hooks.run();
      await telemetry.stop();
      process.exit(clean ? code : 1);
    })();
    return stopping;
  };

  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (stopping) process.exit(1);
      log.info('%s received, stopping', signal);
      void stop(0);
    });
  }
  process.on('uncaughtException', (error) => {
    log.error('an error nobody caught, stopping', error);
    void stop(1);
  });
  process.on('unhandledRejection', (reason) => {
    log.error('a rejection nobody caught, stopping', reason instanceof Error ? reason : { reason: String(reason) });
    void stop(1);
  });

  try {
    await service.start({ log, replica: replicaId, onStop: (name, fn, options) => hooks.add(name, fn, options) });
    if (!stopping) log.info('%s started', service.name);
  } catch (error) {
    // After a signal in the middle of the start, an error of the start is only a consequence.
    if (!stopping) log.error(startFailureSentence(error));
    if (!stopping && error instanceof Error) log.debug('the error behind it', error);
    await stop(1);
  }
}
