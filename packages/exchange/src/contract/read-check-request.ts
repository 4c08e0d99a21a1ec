import { needsAccountNumber, type VenueName, venueNames } from '@sluice/contracts';
import type { Credentials } from '../exchange.ts';

/** What a run against an exchange is to do. `endpoint` null is the real exchange. */
export type CheckRequest = {
  venue: VenueName;
  endpoint: string | null;
  credentials: Credentials;
  symbol: string;
  /** Run the checks that buy and sell, too. */
  trades: boolean;
};

/** The origin of each exchange's sandbox, where nothing is real money. */
const sandboxes: Partial<Record<VenueName, string>> = {
  'binance-usdm': 'https://demo-fapi.binance.com',
  'binance-spot': 'https://testnet.binance.vision',
  'bybit-linear': 'https://api-testnet.bybit.com',
  kis: 'https://openapivts.koreainvestment.com:29443',
};
/** Hosts on which an order is a real order; subdomains too, save those of {@link sandboxes}. */
const production = ['binance.com', 'binance.us', 'bybit.com', 'bytick.com', 'koreainvestment.com'];

/** What somebody has to say who means the real exchange. */
export const PRODUCTION_WORDS = 'with-real-money';

/** Reads the environment; a sentence that says what is missing or refused, and what to do. */
export function readCheckRequest(env: NodeJS.ProcessEnv): CheckRequest | string {
  const venue = venueNames.find((name) => name === env.VENUE);
  if (venue === undefined) return `VENUE=${env.VENUE ?? ''}: name one of ${venueNames.join(', ')}.`;

  const wanted = env.ENDPOINT || sandboxes[venue];
  if (wanted === undefined) return `${venue} has no sandbox that is known here: name one by ENDPOINT=https://….`;
  const endpoint = wanted === 'production' ? null : originOf(wanted);
  if (endpoint === undefined) return `ENDPOINT=${wanted}: expected an origin such as https://testnet.binance.vision.`;
  const real = isProduction(endpoint);
  if (real && env.PRODUCTION !== PRODUCTION_WORDS) {
    return (
      `${endpoint ?? 'the real exchange'} takes real orders: without PRODUCTION=${PRODUCTION_WORDS} nothing is sent there. ` +
      'Leave ENDPOINT out for the sandbox.'
    );
  }

  const { API_KEY: apiKey, API_SECRET: secret, ACCOUNT_NUMBER: accountNumber } = env;
  if (!apiKey || !secret) {
    return `Set API_KEY and API_SECRET to keys of ${endpoint ?? 'the real exchange'}: of an account that nothing else trades on.`;
  }
  if (needsAccountNumber(venue) && !accountNumber) {
    return `Set ACCOUNT_NUMBER, such as 12345678-01: the keys of ${venue} do not say whose account it is.`;
  }
  const credentials = { apiKey, secret, ...(accountNumber ? { accountNumber } : {}) };
  // What buys and sells costs a fee and a price, so on the real exchange it is asked for by itself.
  const trades = env.TRADES === undefined ? !real : env.TRADES === 'yes';
  return { venue, endpoint, credentials, symbol: env.SYMBOL || (venue === 'kis' ? '005930/KRW' : 'BTC/USDT'), trades };
}

function originOf(text: string): string | undefined {
  const origin = URL.parse(text)?.origin;
  return origin === undefined || origin === 'null' ? undefined : origin;
}

/** Whatever is not known to be a sandbox of an exchange's is the exchange. */
function isProduction(endpoint: string | null): boolean {
  if (endpoint === null) return true;
  if (Object.values(sandboxes).includes(endpoint)) return false;
  const { hostname } = new URL(endpoint);
  return production.some((domain) => hostname === domain || hostname.endsWith(`.${domain}`));
}
