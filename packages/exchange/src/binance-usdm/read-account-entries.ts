import { Decimal } from '@sluice/contracts';
import { z } from 'zod';
import { id, signedAmount } from '../answers/answer-fields.ts';
import { readShape } from '../answers/documented-shape.ts';
import type { AccountEntry, ExchangePosition } from '../exchange.ts';
import type { Connection } from './connection.ts';
import { readFills } from './read-fills.ts';

/** `GET /fapi/v3/positionRisk`. */
const position = z.object({
  symbol: z.string(),
  positionAmt: signedAmount,
  entryPrice: signedAmount,
  updateTime: z.number(),
});
/** `GET /fapi/v1/income`. */
const income = z.object({
  symbol: z.string(),
  incomeType: z.string(),
  income: signedAmount,
  asset: z.string(),
  time: z.number(),
  tranId: id,
});
/** `GET /fapi/v1/forceOrders`: orders by which the exchange closed a position of the account. */
const forcedOrder = z.object({ orderId: id, symbol: z.string(), executedQty: signedAmount, time: z.number() });

const INCOME_PER_PAGE = 1_000;
const FORCED_ORDERS_PER_PAGE = 100;

/** Positions that are not flat. One-way mode: one per symbol. */
export async function readPositions(connection: Connection): Promise<ExchangePosition[]> {
  const data = await connection.read((ccxt) => ccxt.fapiPrivateV3GetPositionRisk(connection.stampedNow()));
  return readShape(z.array(position), data, 'positions are')
    .map((entry) => ({
      symbol: connection.symbols.fromVenue(entry.symbol),
      quantity: new Decimal(entry.positionAmt).toFixed(),
      entryPrice: new Decimal(entry.entryPrice).toFixed(),
    }))
    .filter(({ quantity }) => quantity !== '0');
}

/** Funding and forced closings, oldest first within each kind. Binance answers seven days at a time. */
export async function readAccountEntries(connection: Connection, from: number, to: number): Promise<AccountEntry[]> {
  const window = { startTime: Math.floor(from), endTime: Math.ceil(to) };
  return [...(await readFunding(connection, window)), ...(await readForcedClosings(connection, window))];
}

type Window = { startTime: number; endTime: number };

async function readFunding(connection: Connection, window: Window): Promise<AccountEntry[]> {
  const entries: AccountEntry[] = [];
  for (let page = 1; ; page += 1) {
    const params = { incomeType: 'FUNDING_FEE', limit: INCOME_PER_PAGE, page, ...window, ...connection.stampedNow() };
    const data = await connection.read((ccxt) => ccxt.fapiPrivateGetIncome(params));
    const rows = readShape(z.array(income), data, 'income is');
    for (const row of rows.filter(({ incomeType }) => incomeType === 'FUNDING_FEE')) {
      entries.push({
        kind: 'funding',
        id: row.tranId,
        symbol: connection.symbols.fromVenue(row.symbol),
        amount: new Decimal(row.income).toFixed(),
        currency: row.asset,
        at: row.time,
      });
    }
    if (rows.length < INCOME_PER_PAGE) return entries;
  }
}

/** By the trades of the exchange's orders, which alone tell price and fee to the digit. */
async function readForcedClosings(connection: Connection, window: Window): Promise<AccountEntry[]> {
  const orders = await listForcedOrders(connection, window);
  const entries: AccountEntry[] = [];
  for (const [venueSymbol, ofSymbol] of Map.groupBy(orders, (order) => order.symbol)) {
    const ids = new Set(ofSymbol.map((order) => order.orderId));
    const since = Math.min(...ofSymbol.map((order) => order.time));
    const fills = await readFills(connection, connection.symbols.fromVenue(venueSymbol), { since });
    for (const fill of fills.filter(({ exchangeOrderId }) => ids.has(exchangeOrderId))) {
      const { tradeId, symbol, side, quantity, price, fee, feeCurrency, at } = fill;
      entries.push({ kind: 'liquidation', id: tradeId, symbol, side, quantity, price, fee, feeCurrency, at });
    }
  }
  return entries;
}

async function listForcedOrders(connection: Connection, { startTime, endTime }: Window) {
  const orders = new Map<string, z.infer<typeof forcedOrder>>();
  for (let from = startTime; from <= endTime; ) {
    const params = { limit: FORCED_ORDERS_PER_PAGE, startTime: from, endTime, ...connection.stampedNow() };
    const data = await connection.read((ccxt) => ccxt.fapiPrivateGetForceOrders(params));
    const rows = readShape(z.array(forcedOrder), data, 'forced orders are');
    for (const row of rows) orders.set(row.orderId, row);
    if (rows.length < FORCED_ORDERS_PER_PAGE) break;
    // From the last one's own millisecond, which may hold more.
    from = Math.max(from + 1, ...rows.map((row) => row.time));
  }
  return [...orders.values()].filter(({ executedQty }) => !new Decimal(executedQty).isZero());
}
