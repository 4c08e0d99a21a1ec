import { Decimal } from 'decimal.js';
import type { AlgoOrder, Order } from '../../matching/order.ts';
import { isOpen } from '../../matching/order.ts';
import { koreanClock } from './korean-clock.ts';
import type { ChangeRequest, Numbered, OrderNumbers } from './order-numbers.ts';
import type { KisSwitches } from './switches.ts';

const ZERO = new Decimal(0);
const isAlgo = (order: Order | AlgoOrder): order is AlgoOrder => 'algoId' in order && 'triggerPrice' in order;

/** Orders of the venue that nobody gave a number: what a test placed by hand. They get one when they are first seen. */
export function numberAll(numbers: OrderNumbers, account: string, all: Iterable<Order | AlgoOrder>, now: number): void {
  const known = new Set(numbers.orders.map(({ order }) => order));
  for (const order of all) {
    const released = !isAlgo(order) && order.algoId !== undefined;
    if (!released && !known.has(order)) numbers.note(account, order, now);
  }
}

/** The rows of an account's day list, oldest first. */
export function dayRows(
  numbers: OrderNumbers,
  switches: KisSwitches,
  of: { account: string; from: string; to: string; code: string; number: string; now: number },
): object[] {
  const isWanted = ({ account, day }: { account: string; day: string }) =>
    account === of.account && day >= of.from && day <= of.to;
  const orders = numbers.orders.filter((one) => isWanted(one) && one.order.visibleAt <= of.now);
  const rows = [
    ...orders.map((one) => ({ one: one.order, number: one.number, row: orderRow(one, switches) })),
    ...numbers.changes
      .filter(isWanted)
      .map((change) => ({ one: change.order, number: change.number, row: changeRow(change, switches) })),
  ];
  return rows
    .filter(
      ({ one, number }) => (of.code === '' || one.symbol === of.code) && (of.number === '' || number === of.number),
    )
    .sort((a, b) => a.row.ord_dt.localeCompare(b.row.ord_dt) || a.number.localeCompare(b.number))
    .map(({ row }) => row);
}

function orderRow({ day, number, order }: Numbered, switches: KisSwitches) {
  const plain = isAlgo(order) ? order.actual : order;
  const executed = plain?.executed ?? ZERO;
  const rests = plain === undefined ? order.status === 'NEW' : isOpen(plain);
  const left = order.quantity.minus(executed);
  const cancelled = !rests && left.gt(0) && order.status !== 'REJECTED';
  const shown = cancelled && switches.cancelShownOn === 'both';
  const average = executed.isZero() || plain === undefined ? ZERO : plain.quote.div(executed);
  const { time } = koreanClock(isAlgo(order) ? order.createTime : order.time);
  const stop = isAlgo(order);
  return {
    ...words(order, switches),
    ord_dt: day,
    odno: number,
    orgn_odno: '',
    ord_dvsn_cd: stop ? '22' : order.type === 'MARKET' ? '01' : '00',
    ord_qty: order.quantity.toFixed(),
    ord_unpr: (order.price ?? ZERO).toFixed(),
    ord_tmd: time,
    tot_ccld_qty: executed.toFixed(),
    tot_ccld_amt: (plain?.quote ?? ZERO).toFixed(),
    avg_prvs: average.toFixed(4),
    cncl_yn: 'N',
    cnc_cfrm_qty: shown ? left.toFixed() : '0',
    rmn_qty: rests || (cancelled && !shown) ? left.toFixed() : '0',
    rjct_qty: order.status === 'REJECTED' ? left.toFixed() : '0',
    infm_tmd: koreanClock(order.updateTime).time,
    stpm_cndt_pric: stop ? order.triggerPrice.toFixed() : '0',
    stpm_efct_occr_dtmd: stop && order.triggerTime > 0 ? koreanClock(order.triggerTime).time : '',
  };
}

function changeRow({ day, time, number, of, order, quantity }: ChangeRequest, switches: KisSwitches) {
  return {
    ...words(order, switches),
    ord_dt: day,
    odno: number,
    orgn_odno: of,
    ord_dvsn_cd: '00',
    ord_qty: quantity,
    ord_unpr: '0',
    ord_tmd: time,
    tot_ccld_qty: '0',
    tot_ccld_amt: '0',
    avg_prvs: '0',
    cncl_yn: 'Y',
    cnc_cfrm_qty: quantity,
    rmn_qty: '0',
    rjct_qty: '0',
    infm_tmd: time,
    stpm_cndt_pric: '0',
    stpm_efct_occr_dtmd: '',
  };
}

function words(order: Order | AlgoOrder, switches: KisSwitches) {
  const sells = order.side === 'SELL';
  return {
    ord_gno_brno: switches.branch,
    sll_buy_dvsn_cd: sells ? '01' : '02',
    sll_buy_dvsn_cd_name: sells ? '현금매도' : '현금매수',
    pdno: order.symbol,
    excg_id_dvsn_cd: 'KRX',
  };
}
