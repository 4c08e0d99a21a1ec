import type { Notification } from '@sluice/contracts';
import { getLogger } from '@sluice/telemetry';

const log = getLogger('attention');

/** What a person is told of is a WARNING in the log as well. */
export function warn(message: Notification): void {
  const { kind, key, at: _, ...rest } = message;
  const detail = 'detail' in rest ? rest.detail : '';
  log.warn('%s: %s', kind.replaceAll('_', ' '), detail, { ...rest, key });
}
