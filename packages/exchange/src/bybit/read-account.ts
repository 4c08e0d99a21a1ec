import { Decimal, type DecimalString } from '@sluice/contracts';
import { z } from 'zod';
import { signedAmount } from '../answers/answer-fields.ts';
import { readShape } from '../answers/documented-shape.ts';
import type { AccountEntry, ExchangePosition } from '../exchange.ts';
import { LINEAR, readPages, resultOf, SETTLEMENT_CURRENCY, signedRead } from './answer-shape.ts';
import type { Connection } from './connection.ts';
import { mapFill } from './map-execution.ts';
import { readExecutions, WEEK_MS } from './read-fills.ts';

const orNothing = z.preprocess((value) => (value === '' ? null : value), signedAmount.nullish());

const wallet = z.object({
  list: z.array(
    z.object({
      totalAvailableBalance: orNothing,
      coin: z.array(
        z.object({
          coin: z.string(),
          walletBalance: signedAmount,
          totalOrderIM: orNothing,
          totalPositionIM: orNothing,
        }),
      ),
    }),
  ),
});
const position = z.object({
  symbol: z.string(),
  positionIdx: z.number(),
  side: z.string(),
  size: signedAmount,
  avgPrice: orNothing,
  leverage: orNothing,
});

/** Wallet balance and what of it is free for new orders. An account that never held the currency has none. */
export async function readBalance(
  connection: Connection,
): Promise<{ currency: string; total: DecimalString; free: DecimalString }> {
  const data = await connection.read((ccxt) =>
    ccxt.privateGetV5AccountWalletBalance({
      accountType: 'UNIFIED',
      coin: SETTLEMENT_CURRENCY,
      ...connection.stampedNow(),
    }),
  );
  const [account] = readShape(wallet, resultOf(data), 'balances are').list;
  const own = account?.coin.find(({ coin }) => coin === SETTLEMENT_CURRENCY);
  const total = new Decimal(own?.walletBalance ?? 0);
  // In isolated margin the account as a whole states none.
  const free =
    account?.totalAvailableBalance ??
    total
      .minus(own?.totalOrderIM ?? 0)
      .minus(own?.totalPositionIM ?? 0)
      .toFixed();
  return { currency: SETTLEMENT_CURRENCY, total: total.toFixed(), free: Decimal.max(0, free).toFixed() };
}

/** Positions of a symbol, flat ones too, or of all symbols, where only those that are held are listed. */
export async function listPositions(connection: Connection, venueSymbol?: string) {
  const which = venueSymbol === undefined ? { settleCoin: SETTLEMENT_CURRENCY } : { symbol: venueSymbol };
  return await readPages(
    signedRead(connection, (ccxt, params) => ccxt.privateGetV5PositionList(params)),
    { ...LINEAR, ...which, limit: 200 },
    (entry) => position.safeParse(entry).data,
    'positions are',
  );
}

export async function readPositions(connection: Connection): Promise<ExchangePosition[]> {
  const listed = await listPositions(connection);
  return listed
    .map(({ symbol, side, size, avgPrice }) => ({
      symbol: connection.symbols.fromVenue(symbol),
      quantity: new Decimal(size).times(side === 'Sell' ? -1 : 1).toFixed(),
      entryPrice: new Decimal(avgPrice ?? 0).toFixed(),
    }))
    .filter(({ quantity }) => !new Decimal(quantity).isZero());
}

/** Fundings and forced closings, oldest first within each kind; both are executions of the exchange's own. */
export async function readAccountEntries(connection: Connection, from: number, to: number): Promise<AccountEntry[]> {
  const startTime = Math.floor(from);
  // A millisecond over the week by rounding would be refused.
  const window = { startTime, endTime: Math.min(Math.ceil(to), startTime + WEEK_MS) };
  const of = (execType: string) => readExecutions(connection, { execType, ...window });
  const fundings = (await of('Funding')).map(
    (execution): AccountEntry => ({
      kind: 'funding',
      id: execution.execId,
      symbol: connection.symbols.fromVenue(execution.symbol),
      // Told as a fee: what is paid is positive.
      amount: new Decimal(execution.execFee ?? 0).negated().toFixed(),
      currency: execution.feeCurrency || SETTLEMENT_CURRENCY,
      at: execution.execTime,
    }),
  );
  const forced = [...(await of('BustTrade')), ...(await of('AdlTrade'))].flatMap((execution): AccountEntry[] => {
    const fill = mapFill(execution, connection.symbols.fromVenue);
    if (fill === null) return [];
    const { tradeId, symbol, side, quantity, price, fee, feeCurrency, at } = fill;
    return [{ kind: 'liquidation', id: tradeId, symbol, side, quantity, price, fee, feeCurrency, at }];
  });
  return [...fundings, ...forced];
}
