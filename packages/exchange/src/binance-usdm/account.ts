import { Decimal, type DecimalString } from '@sluice/contracts';
import { z } from 'zod';
import { signedAmount } from '../answers/answer-fields.ts';
import { readShape } from '../answers/documented-shape.ts';
import { ExchangeError } from '../exchange.ts';
import type { Connection } from './connection.ts';

const SETTLEMENT_CURRENCY = 'USDT';

const balances = z.array(z.object({ asset: z.string(), balance: signedAmount, availableBalance: signedAmount }));
const symbolConfig = z.object({
  symbol: z.string(),
  marginType: z.string(),
  leverage: z.union([z.number(), z.string()]).transform(Number),
});
const positionSide = z.object({ dualSidePosition: z.union([z.boolean(), z.string()]).transform(String) });

/** Wallet balance and what of it is free for new orders. An account that never held the currency has none. */
export async function readBalance(
  connection: Connection,
): Promise<{ currency: string; total: DecimalString; free: DecimalString }> {
  const data = await connection.read((ccxt) => ccxt.fapiPrivateV3GetBalance(connection.stampedNow()));
  const own = readShape(balances, data, 'balances are').find((entry) => entry.asset === SETTLEMENT_CURRENCY);
  return {
    currency: SETTLEMENT_CURRENCY,
    total: new Decimal(own?.balance ?? 0).toFixed(),
    free: new Decimal(own?.availableBalance ?? 0).toFixed(),
  };
}

export async function readPositionMode(connection: Connection): Promise<'one-way' | 'hedge'> {
  const data = await connection.read((ccxt) => ccxt.fapiPrivateGetPositionSideDual(connection.stampedNow()));
  return readShape(positionSide, data, 'position mode is').dualSidePosition === 'true' ? 'hedge' : 'one-way';
}

/**
 * Sets what differs and reads back. Read first: Binance refuses a change of margin type while orders or a position are
 * open even when it would change nothing that matters, and most symbols are set once for ever.
 */
export async function setLeverage(
  connection: Connection,
  symbol: string,
  leverage: number,
  marginMode: 'cross' | 'isolated',
): Promise<void> {
  const venueSymbol = connection.symbols.toVenue(symbol);
  const before = await readSymbolConfig(connection, venueSymbol);
  if (before.marginMode !== marginMode) await setMarginMode(connection, venueSymbol, marginMode);
  if (before.leverage !== leverage) {
    const params = { symbol: venueSymbol, leverage, ...connection.stampedNow() };
    await connection.read((ccxt) => ccxt.fapiPrivatePostLeverage(params));
  }
  const after = await readSymbolConfig(connection, venueSymbol);
  if (after.leverage !== leverage || after.marginMode !== marginMode) {
    throw misread(
      `${symbol} stands at ${after.marginMode} ${after.leverage}x after asking for ${marginMode} ${leverage}x; ` +
        'set it by hand or change the configuration',
    );
  }
}

async function setMarginMode(connection: Connection, venueSymbol: string, mode: 'cross' | 'isolated'): Promise<void> {
  const marginType = mode === 'cross' ? 'CROSSED' : 'ISOLATED';
  const params = { symbol: venueSymbol, marginType, ...connection.stampedNow() };
  const answer = await connection.ask('read', (ccxt) => ccxt.fapiPrivatePostMarginType(params));
  // -4046, "no need to change": somebody else set it since we looked.
  if (!answer.ok && answer.failure.code !== '-4046') throw new ExchangeError(answer.failure);
}

async function readSymbolConfig(
  connection: Connection,
  venueSymbol: string,
): Promise<{ leverage: number; marginMode: 'cross' | 'isolated' }> {
  const params = { symbol: venueSymbol, ...connection.stampedNow() };
  const data = await connection.read((ccxt) => ccxt.fapiPrivateGetSymbolConfig(params));
  const config = readShape(z.array(symbolConfig), data, 'symbol settings are').find(
    (entry) => entry.symbol === venueSymbol,
  );
  if (config === undefined) throw misread(`the exchange named no settings for ${venueSymbol}; check the symbol`);
  return { leverage: config.leverage, marginMode: config.marginType === 'ISOLATED' ? 'isolated' : 'cross' };
}

function misread(message: string): ExchangeError {
  return new ExchangeError({ type: 'unknown', action: 'fail', code: null, message, retryAfterMs: null });
}
