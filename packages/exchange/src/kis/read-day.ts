import { type DayOrder, ExchangeError, type Failure } from '../exchange.ts';
import { type KisConnection, unreadable } from './connection.ts';
import { koreanDay } from './korean-time.ts';
import { mapDayOrders, readRow } from './map-order.ts';
import { readPages } from './read-pages.ts';
import { toCode } from './symbols.ts';

const PATH = '/uapi/domestic-stock/v1/trading/inquire-daily-ccld';

/** All orders of one symbol from one day on up to another (`20261121`, inclusive), oldest first. Throws an {@link ExchangeError}. */
export async function readDays(
  connection: KisConnection,
  symbol: string,
  days: { from: string; to: string },
): Promise<DayOrder[]> {
  const pages = await readPages(connection, {
    method: 'GET',
    path: PATH,
    transaction: connection.domain.transactions.day,
    fields: {
      ...connection.account,
      INQR_STRT_DT: days.from,
      INQR_END_DT: days.to,
      // Both sides, filled or not, oldest first, bought with cash or not.
      SLL_BUY_DVSN_CD: '00',
      INQR_DVSN: '01',
      CCLD_DVSN: '00',
      INQR_DVSN_1: '',
      INQR_DVSN_3: '00',
      PDNO: codeOf(symbol),
      ORD_GNO_BRNO: '',
      ODNO: '',
      EXCG_ID_DVSN_CD: 'KRX',
    },
  });
  const rows = pages.flatMap(({ output1 }) => (Array.isArray(output1) ? output1.map(readRow) : [undefined]));
  // A row that cannot be read may be the very order somebody looks for.
  if (rows.includes(undefined)) throw new ExchangeError(unreadable('read').failure);
  const code = codeOf(symbol);
  const ofSymbol = rows.flatMap((row) => (row?.pdno === code ? [row] : []));
  return mapDayOrders(ofSymbol, symbol, koreanDay(connection.now()));
}

/** Every order of today in one symbol. */
export function readToday(connection: KisConnection, symbol: string): Promise<DayOrder[]> {
  const today = koreanDay(connection.now());
  return readDays(connection, symbol, { from: today, to: today });
}

/** Throws where the symbol is of no stock. */
export function codeOf(symbol: string): string {
  const code = toCode(symbol);
  if (code === undefined) throw new ExchangeError(noStock(symbol));
  return code;
}

export function noStock(symbol: string): Failure {
  const message = `${symbol} is no stock of the Korean market; write it as 005930/KRW`;
  return { type: 'invalid_symbol', action: 'fail', code: null, message, retryAfterMs: null };
}
