import type { AlgoRequest, OrderRequest, Side, TimeInForce } from '../../../matching/order.ts';
import { Refusal } from '../../../matching/refusal.ts';
import { firstRefusal, type Parameters } from '../../binance/parameters.ts';
import { refusals } from '../refusals.ts';
import { type StopType, stopTypes } from './order-view.ts';

// Parameters into requests. The venue's code table decides which malformed value answers which code.

/** A plain order, or a stop, which is placed by the same call. */
export type Placement = { kind: 'order'; request: OrderRequest } | { kind: 'stop'; request: AlgoRequest };

/** POST order. */
export function readPlacement(params: Parameters): Placement | Refusal {
  const symbol = params.mandatory('symbol');
  const side = readSide(params);
  const type = params.mandatory('type');
  const early = firstRefusal(symbol, side, type);
  if (early) return early;
  const stop = Object.hasOwn(stopTypes, type as string) ? (type as StopType) : undefined;
  if (stop === undefined && !['LIMIT', 'MARKET', 'LIMIT_MAKER'].includes(type as string))
    return refusals.badOrderType();

  const priced = type !== 'MARKET' && stop !== 'STOP_LOSS' && stop !== 'TAKE_PROFIT';
  const timeInForce = readTimeInForce(params, priced && type !== 'LIMIT_MAKER');
  const quantity = params.mandatoryDecimal('quantity');
  const price = priced ? params.mandatoryDecimal('price') : undefined;
  const stopPrice = stop === undefined ? undefined : params.mandatoryDecimal('stopPrice');
  const refused = firstRefusal(timeInForce, quantity, price, stopPrice) ?? unasked(params, priced, stop);
  if (refused) return refused;
  const shared = {
    symbol: symbol as string,
    side: side as Side,
    positionSide: 'BOTH',
    quantity: quantity as OrderRequest['quantity'],
    price: price as OrderRequest['price'],
    reduceOnly: false,
  } as const;
  const clientId = params.text('newClientOrderId');
  if (stop === undefined) {
    const plain = type === 'MARKET' ? 'MARKET' : 'LIMIT';
    const postOnly = type === 'LIMIT_MAKER' ? 'GTX' : (timeInForce as TimeInForce);
    return { kind: 'order', request: { ...shared, type: plain, timeInForce: postOnly, clientOrderId: clientId } };
  }
  return {
    kind: 'stop',
    request: {
      ...shared,
      type: stopTypes[stop],
      timeInForce: timeInForce as TimeInForce,
      triggerPrice: stopPrice as AlgoRequest['triggerPrice'],
      workingType: 'CONTRACT_PRICE',
      closePosition: false,
      clientAlgoId: clientId,
    },
  };
}

function readSide(params: Parameters): Side | Refusal {
  const side = params.mandatory('side');
  return side instanceof Refusal || side === 'BUY' || side === 'SELL' ? side : refusals.badSide();
}

function readTimeInForce(params: Parameters, needed: boolean): TimeInForce | Refusal {
  const value = params.text('timeInForce');
  if (!needed) return value === undefined ? 'GTC' : refusals.notRequired('timeInForce');
  if (value === undefined) return refusals.mandatory('timeInForce');
  return value === 'GTC' || value === 'IOC' || value === 'FOK' ? value : refusals.badTimeInForce();
}

/** What does not belong to the type; futures' own parameters are unknown here. */
function unasked(params: Parameters, priced: boolean, stop: StopType | undefined): Refusal | undefined {
  if (!priced && params.text('price') !== undefined) return refusals.notRequired('price');
  if (stop === undefined && params.text('stopPrice') !== undefined) return refusals.notRequired('stopPrice');
  return params.text('reduceOnly') === undefined ? undefined : refusals.notRequired('reduceOnly');
}

/** How GET and DELETE name an order; at least one of the two must be there. */
export function readName(params: Parameters): { id: number | undefined; clientId: string | undefined } | Refusal {
  const id = params.integer('orderId');
  if (id instanceof Refusal) return id;
  const clientId = params.text('origClientOrderId');
  return id === undefined && !clientId ? refusals.eitherOf('origClientOrderId', 'orderId') : { id, clientId };
}
