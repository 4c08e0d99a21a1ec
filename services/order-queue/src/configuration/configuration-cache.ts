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
  /** Looks for a newer revision now; for when something names what this process has not heard of yet. */
  refresh(): Promise<void>;
  /** Called after each change, with the new configuration; again soon when it rejects. */
  onChange(handler: (configuration: Configuration) => Promise<void>): void;
  stop(): void;
};

/** Keeps the configuration in memory and replaces it when a newer revision has been applied. */
export async function createConfigurationCache(sql: Sql, listener: Listener): Promise<ConfigurationCache> {
  let configuration = await readConfiguration(sql);
  const handlers: ((configuration: Configuration) => Promise<void>)[] = [];
  let looking: Promise<void> | undefined;
  /** Something that has to follow from the configuration in force has not been done yet. */
  let toFollow = false;

  function look(): Promise<void> {
    looking ??= replaceIfNewer().finally(() => {
      looking = undefined;
    });
    return looking;
  }

  async function replaceIfNewer(): Promise<void> {
    try {
      if ((await readRevision(sql)) !== configuration.revision) {
        configuration = await readConfiguration(sql);
        log.info('configuration revision %d is in force', configuration.revision);
        toFollow = true;
      }
      if (!toFollow) return;
      toFollow = false;
      // Not waited for: whoever asked needs the configuration, not what follows from it.
      for (const handler of handlers) {
        handler(configuration).catch((error) => {
          // The revision will not be newer next time: without this a pause would stay, or a removed strategy's orders.
          toFollow = true;
          log.warn('revision %d could not be followed yet; trying again', configuration.revision, error);
        });
      }
    } catch (error) {
      log.warn('could not look for a new configuration; revision %d stays in force', configuration.revision, error);
    }
  }

  const timer = setInterval(() => void look(), LOOK_EVERY_MS);
  listener.subscribe(channels.configChanged, () => void look());
  return {
    current: () => configuration,
    refresh: look,
    onChange: (handler) => void handlers.push(handler),
    stop: () => clearInterval(timer),
  };
}
