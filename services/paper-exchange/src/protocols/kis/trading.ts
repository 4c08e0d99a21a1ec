import { Decimal } from 'decimal.js';
import { placeAlgo } from '../../matching/algo-order.ts';
import { endAlgo } from '../../matching/book.ts';
import { cancelOrder } from '../../matching/cancel-order.ts';
import { type AlgoOrder, isOpen, type Order, remaining, type Side } from '../../matching/order.ts';
import { placeOrder } from '../../matching/place-order.ts';
import { Refusal } from '../../matching/refusal.ts';
import type { Account } from '../../matching/venue.ts';
import type { FaultRule } from '../../serving/faults.ts';
import type { KisExchange } from './kis-exchange.ts';
import { isSession, koreanClock } from './korean-clock.ts';
import { refusals } from './refusals.ts';

export type Fields = Readonly<Record<string, string | undefined>>;

/** A call of an account, as it takes effect. */
export interface TradingCall {
  readonly exchange: KisExchange;
  readonly account: Account;
  readonly fields: Fields;
  readonly now: number;
}

function isClosed({ exchange, now }: TradingCall): boolean {
  const { session } = exchange.venue.switches;
  return session === 'closed' || (session === 'by-clock' && !isSession(now));
}

const number = (text: string | undefined): Decimal | undefined =>
  text !== undefined && /^\d+(\.\d+)?$/.test(text) ? new Decimal(text) : undefined;

const shared = { positionSide: 'BOTH', timeInForce: 'GTC', reduceOnly: false } as const;

/** `order-cash`: LIMIT, MARKET, and a stop with its limit. */
export function placeCash(call: TradingCall, side: Side): object | Refusal {
  const { exchange, account, fields, now } = call;
  const kind = fields.ORD_DVSN;
  const type = kind === '00' ? 'LIMIT' : kind === '01' ? 'MARKET' : kind === '22' ? 'STOP' : undefined;
  const subject = { symbol: fields.PDNO, clientId: undefined, type };
  const fault = exchange.faults.active ? exchange.faults.takeForOrder(account.name, 'place', subject) : undefined;
  if (fault?.do === 'refuse') return refusalOf(fault);
  if (isClosed(call)) return refusals.closed();
  const quantity = number(fields.ORD_QTY);
  const price = number(fields.ORD_UNPR);
  if (type === undefined || fields.PDNO === undefined) return refusals.noService();
  if (quantity === undefined) return refusals.badQuantity();
  if (price === undefined || (type === 'MARKET') !== price.isZero()) return refusals.offTick();
  const order =
    type === 'STOP'
      ? placeAlgo(
          exchange.venue,
          account,
          {
            ...shared,
            symbol: fields.PDNO,
            side,
            type,
            quantity,
            price,
            triggerPrice: number(fields.CNDT_PRIC) ?? new Decimal(0),
            workingType: 'CONTRACT_PRICE',
            closePosition: false,
            clientAlgoId: undefined,
          },
          now,
        )
      : placeOrder(
          exchange.venue,
          account,
          {
            ...shared,
            symbol: fields.PDNO,
            side,
            type,
            quantity,
            price: type === 'MARKET' ? undefined : price,
            clientOrderId: undefined,
          },
          now,
        );
  if (order instanceof Refusal)
    return side === 'SELL' && order.msg === refusals.cash().msg ? refusals.nothingToSell() : order;
  if (fault?.do === 'late-visibility') order.visibleAt = now + (fault.ms ?? 1_000);
  return takenIn(call, exchange.numbers.note(account.name, order, now), 'APBK0013', '주문 전송 완료 되었습니다.');
}

/** `order-rvsecncl`: all that is left of an order is cancelled, or goes on at another price under a new number. */
export function changeOrder(call: TradingCall): object | Refusal {
  const { exchange, account, fields, now } = call;
  const subject = { symbol: undefined, clientId: undefined, type: undefined };
  const fault = exchange.faults.active ? exchange.faults.takeForOrder(account.name, 'cancel', subject) : undefined;
  if (fault?.do === 'refuse') return refusalOf(fault);
  if (isClosed(call)) return refusals.closed();
  if (fields.KRX_FWDG_ORD_ORGNO !== exchange.venue.switches.branch) return refusals.noOriginal();
  const { day, time } = koreanClock(now);
  const found = exchange.numbers.find(account.name, day, fields.ORGN_ODNO ?? '');
  if (found === undefined) return refusals.noOriginal();
  const left = leftOf(found.order);
  if (left.isZero()) return refusals.nothingToCancel();
  endOf(call, found.order);
  if (fields.RVSE_CNCL_DVSN_CD === '02') {
    const cancel = exchange.numbers.next(now);
    const { order, number: of } = found;
    exchange.numbers.changes.push({
      account: account.name,
      day,
      time,
      number: cancel,
      of,
      order,
      quantity: left.toFixed(),
    });
    return takenIn(call, cancel, 'APBK0013', '취소주문 전송 완료 되었습니다.');
  }
  const amended = placeOrder(
    exchange.venue,
    account,
    {
      ...shared,
      symbol: found.order.symbol,
      side: found.order.side,
      type: 'LIMIT',
      quantity: left,
      price: number(fields.ORD_UNPR),
      clientOrderId: undefined,
    },
    now,
  );
  if (amended instanceof Refusal) return amended;
  return takenIn(call, exchange.numbers.note(account.name, amended, now), 'APBK0013', '정정주문 전송 완료 되었습니다.');
}

const isAlgo = (order: Order | AlgoOrder): order is AlgoOrder => 'triggerPrice' in order;

function leftOf(order: Order | AlgoOrder): Decimal {
  if (!isAlgo(order)) return isOpen(order) ? remaining(order) : new Decimal(0);
  if (order.status === 'NEW') return order.quantity;
  return order.actual !== undefined && isOpen(order.actual) ? remaining(order.actual) : new Decimal(0);
}

function endOf({ exchange, account, now }: TradingCall, order: Order | AlgoOrder): void {
  if (isAlgo(order) && order.status === 'NEW') {
    endAlgo(exchange.venue, account, order, 'CANCELED', now);
    return;
  }
  const plain = isAlgo(order) ? order.actual : order;
  if (plain !== undefined)
    cancelOrder(exchange.venue, account, plain.symbol, { id: plain.orderId, clientId: undefined }, now);
}

function takenIn({ exchange, now }: TradingCall, odno: string, code: string, text: string): object {
  const output = { KRX_FWDG_ORD_ORGNO: exchange.venue.switches.branch, ODNO: odno, ORD_TMD: koreanClock(now).time };
  return { rt_cd: '0', msg_cd: code, msg1: text, output };
}

const refusalOf = (rule: FaultRule): Refusal =>
  new Refusal(rule.code ?? 'APBK0919', rule.msg ?? '주문가능금액을 초과 했습니다', rule.status ?? 200);
