import type { AccountSpec } from '../matching/venue.ts';
import type { PaperExchange, PaperExchangeOptions } from '../serving/paper-exchange.ts';
import { SpotExchange } from './binance-spot/spot-exchange.ts';
import { UsdmExchange } from './binance-usdm/usdm-exchange.ts';
import { BybitExchange } from './bybit/bybit-exchange.ts';
import { KisExchange } from './kis/kis-exchange.ts';

/** Every venue on paper, by its name; the first is the one that is meant where none is named. */
const protocols = {
  'binance-usdm': UsdmExchange,
  'binance-spot': SpotExchange,
  'bybit-linear': BybitExchange,
  kis: KisExchange,
} as const satisfies Record<string, new (options: PaperExchangeOptions) => PaperExchange>;

export type ProtocolName = keyof typeof protocols;
export const protocolNames = Object.keys(protocols) as [ProtocolName, ...ProtocolName[]];
export const usualProtocol: ProtocolName = 'binance-usdm';

/** The state of every venue, each of its own. */
export type Exchanges = { readonly [Name in ProtocolName]: InstanceType<(typeof protocols)[Name]> };

/** An account belongs to one venue. */
export type VenueAccountSpec = AccountSpec & { readonly venue?: ProtocolName | undefined };

/** Opens every venue, with the accounts that are its own. */
export function openExchanges(
  options: Omit<PaperExchangeOptions, 'accounts'> & { readonly accounts: readonly VenueAccountSpec[] },
): Exchanges {
  const open = (name: ProtocolName) => {
    const accounts = options.accounts.filter(({ venue = usualProtocol }) => venue === name);
    return [name, new protocols[name]({ ...options, accounts })] as const;
  };
  return Object.fromEntries(protocolNames.map(open)) as Exchanges;
}
