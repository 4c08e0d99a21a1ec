import { channels } from '@sluice/contracts';
import type { Listener, Sql } from '@sluice/service-runtime';
import { getLogger } from '@sluice/telemetry';
import { readConfiguration, readRevision } from '../db/read-configuration.ts';
import type { Configuration } from './configuration.ts';

const log = getLogger('configuration');
/** The notification is a hint; this look is the truth, so a lost one costs two seconds. */
const LOOK_EVERY_MS = 2_000;

export type ConfigurationCache = {
  current(): Configuration;
  /** Called after each change, with the new configuration. */
  onChange(handler: (configuration: Configuration) => Promise<void>): void;
  stop(): void;
};

/** Keeps the configuration in memory and replaces it when a newer revision has been applied. */
export async function createConfigurationCache(sql: Sql, listener: Listener): Promise<ConfigurationCache> {
  let configuration = await readConfiguration(sql);
  const handlers: ((configuration: Configuration) => Promise<void>)[] = [];
  let looking = false;

  async function look(): Promise<void> {
    if (looking) return;
    looking = true;
    try {
      if ((await readRevision(sql)) === configuration.revision) return;
      configuration = await readConfiguration(sql);
      log.info('configuration revision %d is in force', configuration.revision);
      for (const handler of handlers) await handler(configuration);
    } catch (error) {
      log.warn('could not look for a new configuration; revision %d stays in force', configuration.revision, error);
    } finally {
      looking = false;
    }
  }

  const timer = setInterval(() => void look(), LOOK_EVERY_MS);
  await listener.subscribe(channels.configChanged, () => void look());
  return {
    current: () => configuration,
    onChange: (handler) => void handlers.push(handler),
    stop: () => clearInterval(timer),
  };
}
