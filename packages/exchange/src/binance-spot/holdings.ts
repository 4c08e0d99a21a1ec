import { Decimal, type DecimalString } from '@sluice/contracts';
import { z } from 'zod';
import { amount } from '../answers/answer-fields.ts';
import { readShape } from '../answers/documented-shape.ts';
import type { ExchangePosition } from '../exchange.ts';
import type { Connection } from './connection.ts';

/** What capital is reckoned in, and what the symbols of holdings are quoted in. */
const SETTLEMENT_CURRENCY = 'USDT';

const account = z.object({ balances: z.array(z.object({ asset: z.string(), free: amount, locked: amount })) });

type Holding = { asset: string; free: DecimalString; total: DecimalString };

/** What there is of the settlement currency; open buys lock what they would cost. */
export async function readBalance(
  connection: Connection,
): Promise<{ currency: string; total: DecimalString; free: DecimalString }> {
  const own = (await readHoldings(connection)).find(({ asset }) => asset === SETTLEMENT_CURRENCY);
  return { currency: SETTLEMENT_CURRENCY, total: own?.total ?? '0', free: own?.free ?? '0' };
}

/** Every asset the account holds, its owner's own among them, as a position in its market against {@link SETTLEMENT_CURRENCY}. */
export async function readPositions(connection: Connection): Promise<ExchangePosition[]> {
  return (await readHoldings(connection))
    .filter(({ asset }) => asset !== SETTLEMENT_CURRENCY)
    .map(({ asset, total }) => ({ symbol: `${asset}/${SETTLEMENT_CURRENCY}`, quantity: total, entryPrice: null }));
}

async function readHoldings(connection: Connection): Promise<Holding[]> {
  const params = { omitZeroBalances: 'true', ...connection.stampedNow() };
  const data = await connection.read((ccxt) => ccxt.privateGetAccount(params));
  return readShape(account, data, 'balances are')
    .balances.map(({ asset, free, locked }) => ({
      asset,
      free: new Decimal(free).toFixed(),
      total: new Decimal(free).plus(locked).toFixed(),
    }))
    .filter(({ total }) => total !== '0');
}
