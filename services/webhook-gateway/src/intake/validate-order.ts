import { type AlertOrder, Decimal, type OrderType, orderTypes, type Side } from '@sluice/contracts';
import { type BodyObject, type BodyValue, formatPath, NumberText } from './body-value.ts';
import { normaliseSymbol, type VenueSymbols } from './normalise-symbol.ts';
import { readDecimal } from './read-decimal.ts';

/** Per cent of the allotted capital; 100 times it is more than any leverage is for. */
const maxQtyPer = 10_000;

type Field = 'symbol' | 'side' | 'price' | 'stop_price' | 'qty_per' | 'order_id' | 'reduce_only';
const fields: readonly Field[] = ['symbol', 'side', 'price', 'stop_price', 'qty_per', 'order_id', 'reduce_only'];

/** Which fields each type needs and which it may have; any other is left aside and named. */
const shapes: Record<OrderType, { needs: readonly Field[]; takes: readonly Field[] }> = {
  MARKET: { needs: ['symbol', 'side', 'qty_per'], takes: ['reduce_only'] },
  LIMIT: { needs: ['symbol', 'side', 'price', 'qty_per'], takes: ['reduce_only'] },
  STOP_MARKET: { needs: ['symbol', 'side', 'stop_price', 'qty_per'], takes: ['reduce_only'] },
  STOP_LIMIT: { needs: ['symbol', 'side', 'price', 'stop_price', 'qty_per'], takes: ['reduce_only'] },
  // Without an id, symbol and side say which; see neededBy.
  CANCEL: { needs: [], takes: ['symbol', 'side', 'order_id'] },
  CANCEL_ALL_ORDER: { needs: ['symbol'], takes: ['side'] },
};

/** Called for everything wrong with an order, so that one answer names it all. */
export type Report = {
  refuse: (field: string, message: string) => void;
  warn: (field: string, message: string) => void;
};

/**
 * One order of an alert, its shape checked by its type; null when it was refused. Whether an account can trade it is
 * judged later, for each account alone.
 */
export function validateOrder(
  order: BodyObject,
  orderIndex: number,
  known: readonly VenueSymbols[],
  report: Report,
): AlertOrder | null {
  let refused = false;
  const refuse = (field: string, message: string): null => {
    refused = true;
    report.refuse(field, message);
    return null;
  };
  const type = readType(order.order_type);
  if (type === null) return refuse('order_type', typeMessage(order.order_type));

  const needs = neededBy(type, order);
  const used = new Set<string>([...needs, ...shapes[type].takes]);
  /** The field's value where the type has it, or undefined; a needed one that is missing is refused here. */
  const value = (field: Field): BodyValue | undefined => {
    if (!used.has(field)) return undefined;
    const given = order[field] ?? undefined;
    if (given === undefined && needs.includes(field)) refuse(field, `is missing; ${type} needs it`);
    return given;
  };
  const decimal = (field: 'price' | 'stop_price' | 'qty_per'): string | null => {
    const given = value(field);
    if (given === undefined) return null;
    const reading = readDecimal(given);
    if (reading.kind === 'refused') return refuse(field, reading.message);
    if (field === 'qty_per' && new Decimal(reading.text).gt(maxQtyPer)) {
      return refuse(field, `must be at most ${maxQtyPer} (per cent of the capital allotted to the strategy)`);
    }
    return reading.text;
  };
  const symbol = (): string | null => {
    const given = value('symbol');
    if (given === undefined) return null;
    if (typeof given !== 'string' || given.trim() === '') return refuse('symbol', 'must be text such as "BTC/USDT"');
    const reading = normaliseSymbol(given, known);
    if (reading.kind === 'refused') return refuse('symbol', reading.message);
    if (!isCancel(type) && isUntradable(reading.symbol, known)) {
      return refuse('symbol', `no account of the strategy can trade ${reading.symbol}`);
    }
    return reading.symbol;
  };
  const side = (): Side | null => {
    const given = value('side');
    if (given === undefined) return null;
    const lower = typeof given === 'string' ? given.trim().toLowerCase() : '';
    return lower === 'buy' || lower === 'sell' ? lower : refuse('side', 'must be buy or sell');
  };
  const orderId = (): string | null => {
    const given = value('order_id');
    if (given === undefined) return null;
    const text = given instanceof NumberText ? given.source : given;
    if (typeof text === 'string' && /^[\x21-\x7e]{1,64}$/.test(text)) return text;
    return refuse('order_id', 'must be an exchange order id or a pending_order_id, up to 64 characters');
  };
  const reduceOnly = (): boolean => {
    const given = value('reduce_only');
    if (given === undefined) return false;
    const word = typeof given === 'string' ? given.trim().toLowerCase() : given;
    if (word === true || word === 'true') return true;
    if (word !== false && word !== 'false') refuse('reduce_only', 'must be true or false');
    return false;
  };

  const valid: AlertOrder = {
    orderIndex,
    type,
    symbol: symbol(),
    side: side(),
    price: decimal('price'),
    stopPrice: decimal('stop_price'),
    qtyPer: decimal('qty_per'),
    orderId: orderId(),
    reduceOnly: reduceOnly(),
  };
  for (const field of Object.keys(order)) {
    if (field === 'order_type' || used.has(field) || isToken(field)) continue;
    const known = (fields as readonly string[]).includes(field);
    report.warn(formatPath([field]), known ? `not used by ${type}` : 'unknown field, kept but not used');
  }
  return refused ? null : valid;
}

/** A copy of the token inside an order is cut out with the rest, so there is nothing kept to warn of. */
function isToken(field: string): boolean {
  return field.toLowerCase() === 'token';
}

function isCancel(type: OrderType): boolean {
  return type === 'CANCEL' || type === 'CANCEL_ALL_ORDER';
}

function neededBy(type: OrderType, order: BodyObject): readonly Field[] {
  if (type !== 'CANCEL') return shapes[type].needs;
  return (order.order_id ?? undefined) === undefined ? ['symbol', 'side'] : ['order_id'];
}

/** True only when every market has its list and none has the symbol: "no symbol list yet" is not "unknown symbol". */
function isUntradable(symbol: string, known: readonly VenueSymbols[]): boolean {
  return known.length > 0 && known.every((symbols) => symbols !== null && !symbols.has(symbol));
}

function readType(value: BodyValue | undefined): OrderType | null {
  if (typeof value !== 'string') return null;
  const upper = value.trim().toUpperCase();
  return orderTypes.find((type) => type === upper) ?? null;
}

function typeMessage(value: BodyValue | undefined): string {
  const choices = `one of ${orderTypes.join(', ')}`;
  if (value === undefined || value === null) return `is missing; it is ${choices}`;
  return typeof value === 'string' ? `${JSON.stringify(value.slice(0, 40))} is not ${choices}` : `must be ${choices}`;
}
