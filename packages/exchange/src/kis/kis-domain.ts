import type { Side } from '@sluice/contracts';

/** One of KIS's two worlds: real money, or the paper trading it offers itself. Keys of one are refused by the other. */
export type KisDomain = {
  kind: 'live' | 'paper';
  origin: string;
  /** Where the lists of stocks are downloaded, without keys. */
  listOrigin: string;
  transactions: Transactions;
};

/** What a request is is said by its `tr_id`, not by its path. */
export type Transactions = {
  place: Record<Side, string>;
  change: string;
  day: string;
  balance: string;
  price: string;
};

const LIVE = 'https://openapi.koreainvestment.com:9443';
const LISTS = 'https://new.real.download.dws.co.kr';

const live: Transactions = {
  place: { buy: 'TTTC0012U', sell: 'TTTC0011U' },
  change: 'TTTC0013U',
  day: 'TTTC0081R',
  balance: 'TTTC8434R',
  price: 'FHKST01010100',
};
/** Prices are the same in both. */
const paper: Transactions = {
  place: { buy: 'VTTC0012U', sell: 'VTTC0011U' },
  change: 'VTTC0013U',
  day: 'VTTC0081R',
  balance: 'VTTC8434R',
  price: 'FHKST01010100',
};

/** The domain an endpoint means; null is the live one. Any other origin stands in for the live one, as a fake does. */
export function kisDomain(endpoint: string | null): KisDomain {
  const origin = endpoint ?? LIVE;
  const { hostname, port } = new URL(origin);
  const isPaper = hostname.startsWith('openapivts.') || port === '29443';
  const isKis = hostname.endsWith('.koreainvestment.com');
  return {
    kind: isPaper ? 'paper' : 'live',
    origin,
    listOrigin: isKis ? LISTS : origin,
    transactions: isPaper ? paper : live,
  };
}
