import { Decimal } from 'decimal.js';
import type { Refusal } from '../../matching/refusal.ts';
import type { Venue } from '../../matching/venue.ts';
import { restingCost } from './cash-stocks.ts';
import { dayRows, numberAll } from './day-list.ts';
import { refusals } from './refusals.ts';
import { dayLimits, stockOf, tickAt } from './stocks.ts';
import type { KisSwitches } from './switches.ts';
import type { Fields, TradingCall } from './trading.ts';

const ok = (body: object, more = false): object => ({
  rt_cd: '0',
  msg_cd: more ? 'KIOK0510' : 'KIOK0560',
  msg1: '조회가 완료되었습니다',
  ...body,
});

/** A page of a list, and where the next one begins; blank where there is none. */
export interface Page {
  readonly body: object;
  readonly more: boolean;
}

const pageSizes = { day: { live: 100, paper: 15 }, balance: { live: 50, paper: 20 } } as const;

/** `inquire-daily-ccld`. */
export function readDayList(call: TradingCall): Page | Refusal {
  const { exchange, account, fields, now } = call;
  const { switches } = exchange.venue;
  const { INQR_STRT_DT: from = '', INQR_END_DT: to = '' } = fields;
  if (!/^\d{8}$/.test(from) || !/^\d{8}$/.test(to)) return refusals.noService();
  const all = [...account.orders.values(), ...account.algos.values()].filter(({ visibleAt }) => visibleAt <= now);
  numberAll(exchange.numbers, account.name, all, now);
  const of = { account: account.name, from, to, code: fields.PDNO ?? '', number: fields.ODNO ?? '', now };
  const rows = dayRows(exchange.numbers, switches, of);
  if (fields.INQR_DVSN === '00') rows.reverse();
  return paged(rows, fields, exchange.limits.dayPage ?? pageSizes.day[switches.domain], (output1) => ({
    output1,
    output2: {},
  }));
}

/** `inquire-balance`. */
export function readBalance(call: TradingCall): Page {
  const { exchange, account, fields } = call;
  const held = [...account.positions.values()].filter(({ amount }) => amount.gt(0));
  const value = held.reduce(
    (sum, { symbol, amount }) => sum.plus(amount.times(lastOf(exchange.venue, symbol))),
    new Decimal(0),
  );
  const rows = held.map(({ symbol, amount, entryPrice }) => ({
    pdno: symbol,
    prdt_name: stockOf(symbol)?.name ?? symbol,
    hldg_qty: amount.toFixed(),
    ord_psbl_qty: amount.toFixed(),
    pchs_avg_pric: entryPrice.toFixed(4),
    prpr: lastOf(exchange.venue, symbol).toFixed(),
    evlu_amt: amount.times(lastOf(exchange.venue, symbol)).toFixed(0),
  }));
  const money = {
    dnca_tot_amt: account.wallet.toFixed(0),
    prvs_rcdl_excc_amt: account.wallet.minus(restingCost(account)).toFixed(0),
    scts_evlu_amt: value.toFixed(0),
    tot_evlu_amt: account.wallet.plus(value).toFixed(0),
  };
  return paged(rows, fields, pageSizes.balance[exchange.venue.switches.domain], (output1) => ({
    output1,
    output2: [money],
  }));
}

/** `inquire-price`. An unknown code is answered with zeros, not refused. */
export function readPrice({ exchange, fields }: TradingCall): object {
  const stock = stockOf(fields.FID_INPUT_ISCD ?? '');
  if (stock === undefined) return ok({ output: { stck_prpr: '0', stck_mxpr: '0', stck_llam: '0' } });
  const last = lastOf(exchange.venue, stock.code);
  const { up, down } = dayLimits(stock);
  const output = {
    stck_prpr: last.toFixed(),
    stck_sdpr: stock.base,
    stck_mxpr: up.toFixed(),
    stck_llam: down.toFixed(),
    aspr_unit: tickAt(stock, last).toFixed(),
    stck_shrn_iscd: stock.code,
  };
  return ok({ output });
}

function lastOf(venue: Venue<KisSwitches>, code: string): Decimal {
  return venue.markets.get(code)?.last ?? new Decimal(0);
}

function paged(rows: object[], fields: Fields, size: number, body: (page: object[]) => object): Page {
  const from = Number(fields.CTX_AREA_NK100 || 0);
  const more = from + size < rows.length;
  const position = { ctx_area_fk100: 'list'.padEnd(100), ctx_area_nk100: more ? String(from + size).padEnd(100) : '' };
  return { body: ok({ ...position, ...body(rows.slice(from, from + size)) }, more), more };
}
