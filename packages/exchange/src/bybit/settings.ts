import { Decimal } from '@sluice/contracts';
import { z } from 'zod';
import { readShape } from '../answers/documented-shape.ts';
import { ExchangeError } from '../exchange.ts';
import { LINEAR, resultOf } from './answer-shape.ts';
import type { Connection } from './connection.ts';
import { listPositions } from './read-account.ts';

/** "Leverage not modified": somebody else set it since we looked. */
const SAME_LEVERAGE = '110043';
/** The mode is set for all USDT contracts in one, or for one of them; the one most accounts trade stands for them. */
const PROBE = 'BTCUSDT';

const accountInfo = z.object({ marginMode: z.string() });
const marginModes = { cross: 'REGULAR_MARGIN', isolated: 'ISOLATED_MARGIN' } as const;

export async function readPositionMode(connection: Connection): Promise<'one-way' | 'hedge'> {
  const positions = await listPositions(connection, PROBE);
  return positions.some(({ positionIdx }) => positionIdx !== 0) ? 'hedge' : 'one-way';
}

/**
 * Sets what differs and reads back. Leverage belongs to a symbol, the margin mode to the whole account, which is how the
 * configuration has it as well.
 */
export async function setLeverage(
  connection: Connection,
  symbol: string,
  leverage: number,
  marginMode: 'cross' | 'isolated',
): Promise<void> {
  const venueSymbol = connection.symbols.toVenue(symbol);
  if ((await readMarginMode(connection)) !== marginModes[marginMode]) {
    const params = { setMarginMode: marginModes[marginMode], ...connection.stampedNow() };
    await connection.read((ccxt) => ccxt.privatePostV5AccountSetMarginMode(params));
  }
  if ((await readLeverage(connection, venueSymbol)) !== leverage) {
    const both = { buyLeverage: String(leverage), sellLeverage: String(leverage) };
    const params = { ...LINEAR, symbol: venueSymbol, ...both, ...connection.stampedNow() };
    const answer = await connection.ask('read', (ccxt) => ccxt.privatePostV5PositionSetLeverage(params));
    if (!answer.ok && answer.failure.code !== SAME_LEVERAGE) throw new ExchangeError(answer.failure);
  }
  const [mode, stands] = [await readMarginMode(connection), await readLeverage(connection, venueSymbol)];
  if (stands !== leverage || mode !== marginModes[marginMode]) {
    const message =
      `${symbol} stands at ${mode} ${stands}x after asking for ${marginMode} ${leverage}x; ` +
      'set it by hand or change the configuration';
    throw new ExchangeError({ type: 'unknown', action: 'fail', code: null, message, retryAfterMs: null });
  }
}

async function readMarginMode(connection: Connection): Promise<string> {
  const data = await connection.read((ccxt) => ccxt.privateGetV5AccountInfo(connection.stampedNow()));
  return readShape(accountInfo, resultOf(data), 'account settings are').marginMode;
}

/** Null in the modes in which a symbol has none of its own. */
async function readLeverage(connection: Connection, venueSymbol: string): Promise<number | null> {
  const [own] = await listPositions(connection, venueSymbol);
  return own?.leverage == null ? null : new Decimal(own.leverage).toNumber();
}
