import { createHash } from 'node:crypto';
import type { Exchange } from '@sluice/exchange';
import type { Sql } from '@sluice/service-runtime';
import type { AccountConfig } from '../configuration/configuration.ts';
import { isKnownOneWay, rememberOneWay } from '../db/one-way-accounts.ts';

/** In hedge mode an order needs a position side that an alert does not name; a guess could open instead of close. */
export class HedgeMode extends Error {
  override readonly name = 'HedgeMode';
}

/**
 * Throws {@link HedgeMode} for an account in hedge mode. The exchange is asked once per account and key, over all replicas
 * and starts: its weight of 30 is most of what opening a connection costs. The orders of an account that is switched later
 * are refused by the exchange itself, which pauses it (-4061).
 */
export async function requireOneWay(
  sql: Sql,
  account: Pick<AccountConfig, 'name' | 'venue' | 'endpoint'>,
  apiKey: string,
  exchange: Pick<Exchange, 'positionMode'>,
): Promise<void> {
  const { name, venue, endpoint } = account;
  // The key's name, never its secret; hashed because nobody reads it.
  const askedWith = createHash('sha256')
    .update(JSON.stringify([venue, endpoint, apiKey]))
    .digest('hex');
  if (await isKnownOneWay(sql, name, askedWith)) return;
  if ((await exchange.positionMode()) === 'hedge') {
    throw new HedgeMode(`account ${name} is in hedge mode: switch it to one-way mode on the exchange`);
  }
  await rememberOneWay(sql, name, askedWith);
}
