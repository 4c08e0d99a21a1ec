import { z } from 'zod';
import { list } from './observing-openapi.ts';
import { count, queryParameter } from './openapi-parts.ts';

const moment = z.string().describe('ISO 8601');
const decimal = z.string().describe('A decimal, digit for digit');
const next = z.string().nullable().describe('`cursor` of the next page; null on the last');
const otherFees = z.record(z.string(), decimal).describe('By currency: fees taken in another one, in no profit');

const positions = z.object({
  positions: z.array(
    z.object({
      strategy: z.string().nullable().describe('Null for what the exchange holds where no strategy ever traded'),
      account: z.string(),
      symbol: z.string(),
      quantity: decimal.describe('Negative when short; flat positions are listed for what they earned'),
      average_entry: decimal.nullable(),
      realized_pnl: decimal.describe('Before fees and funding'),
      unrealized_pnl: decimal.nullable().describe('At mark_price; null while there is none'),
      fees: decimal,
      other_fees: otherFees,
      funding: decimal.describe('Received; negative when paid'),
      mark_price: decimal.nullable(),
      mark_at: moment.nullable().describe("The exchange's time of the mark price"),
      unattributed: decimal.describe("The exchange's position of account and symbol less those of all strategies"),
      compared_at: moment.nullable().describe('When it was last compared with the exchange'),
    }),
  ),
  next,
});
const performance = z.object({
  performance: z.array(
    z.object({
      day: z.string().describe("2025-10-23, in the installation's time zone"),
      strategy: z.string(),
      trades: count.describe('Orders that closed something on that day'),
      wins: count.describe('Those of them that earned by it'),
      realized_pnl: decimal.describe('Before fees and funding'),
      fees: decimal,
      other_fees: otherFees,
      funding: decimal,
      capital: decimal.nullable().describe('Allotted at the end of the day'),
      return_percent: decimal.nullable().describe('Profit less fees plus funding, per cent of the capital'),
    }),
  ),
  next,
});

const names = { type: 'string' };
const day = { type: 'string', format: 'date' };
const strategy = queryParameter('strategy', names, 'One or more, parted by commas');
const account = queryParameter('account', names, 'One or more, parted by commas');

export const resultAnswerSchemas = { positions, performance };
export const resultPaths = {
  '/api/positions': list('Positions by account, symbol and strategy', positions, [
    strategy,
    account,
    queryParameter('symbol', names, 'BTC/USDT'),
  ]),
  '/api/performance': list('What each strategy earned by the day, newest first', performance, [
    strategy,
    account,
    queryParameter('from', day, 'The first day'),
    queryParameter('to', day, 'The last day'),
  ]),
};
