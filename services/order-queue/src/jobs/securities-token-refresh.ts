import { ExchangeError, venueTraits } from '@sluice/exchange';
import type { JobFunction } from '@sluice/service-runtime';
import { getLogger } from '@sluice/telemetry';
import type { Configuration } from '../configuration/configuration.ts';
import { type AccountKeys, MissingKeys } from '../sending/account-keys.ts';
import type { TokenBroker } from '../tokens/token-broker.ts';

const log = getLogger('securities_token_refresh');

export type TokenRefreshDeps = { configuration: () => Configuration; keys: AccountKeys; broker: TokenBroker };

/**
 * Renews the access tokens that were issued six hours ago or more, so that no order waits for one. An account whose token
 * cannot be renewed keeps the one it has; whatever needs a token asks for one itself.
 */
export function securitiesTokenRefresh({ configuration, keys, broker }: TokenRefreshDeps): JobFunction {
  return async () => {
    const counts = { accounts: 0, renewed: 0, failed: 0 };
    const accounts = [...configuration().accounts.values()].filter(
      ({ removed, active, venue }) => !removed && active && venueTraits(venue).accessTokens,
    );
    for (const { name, venue, endpoint } of accounts) {
      counts.accounts += 1;
      try {
        const credentials = await keys.of(name);
        if ((await broker.refresh({ venue, endpoint, credentials })) === 'renewed') counts.renewed += 1;
      } catch (error) {
        counts.failed += 1;
        const why = error instanceof ExchangeError || error instanceof MissingKeys ? error.message : error;
        log.warn('the access token of account %s could not be renewed', name, why);
      }
    }
    return { changed: counts.renewed > 0, counts };
  };
}
