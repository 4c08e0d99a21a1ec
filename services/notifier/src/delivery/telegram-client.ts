import { getLogger } from '@sluice/telemetry';
import type { Settings } from '../settings.ts';
import { Telegram } from './telegram.ts';

const log = getLogger('notifier');

/** Keeps the way to Telegram as the configuration in force says; null while there is no token, which is told once. */
export function createTelegramClient(): (settings: Pick<Settings, 'token' | 'noToken' | 'apiRoot'>) => Telegram | null {
  let made: { token: string; apiRoot: string | null; telegram: Telegram } | undefined;
  let told: string | null = null;
  return ({ token, noToken, apiRoot }) => {
    if (token === null) {
      if (noToken !== told) log.info('nothing is sent to Telegram: %s; messages are stored', noToken);
      told = noToken;
      made = undefined;
      return null;
    }
    told = null;
    if (made?.token !== token || made.apiRoot !== apiRoot) {
      made = { token, apiRoot, telegram: new Telegram({ token, apiRoot }) };
    }
    return made.telegram;
  };
}
