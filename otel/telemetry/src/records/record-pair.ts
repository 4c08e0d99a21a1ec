import { writeWideRecord } from './wide-record.ts';

export type PairRecord = {
  account: string;
  symbol: string;
  /** Orders that take a slot of the pair: ours, and those of others on the account. */
  used: number;
  foreign: number;
  /** How many it has; null where no limit is known. */
  slots: number | null;
};

/** One per minute for each of the fullest pairs of the cluster: how near it is to its limit. */
export function recordPair({ account, symbol, used, foreign, slots }: PairRecord): void {
  writeWideRecord(
    {
      event: 'pair',
      level: 'info',
      text: `${used} of ${slots ?? 'unlimited'} slots of ${account} ${symbol} used${foreign === 0 ? '' : `, ${foreign} of them by foreign orders`}`,
      fields: { account, symbol, slots_used: used, slots, foreign },
    },
    recordPair,
  );
}
