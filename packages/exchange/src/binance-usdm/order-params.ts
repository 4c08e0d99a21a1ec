import type { Params } from '../ccxt/venue-dialect.ts';
import type { OrderRef, PlaceOrder } from '../exchange.ts';

/** `POST /fapi/v1/order`, and one element of `POST /fapi/v1/batchOrders`: MARKET and LIMIT. */
export function orderParams(order: PlaceOrder, venueSymbol: string): Params {
  return {
    symbol: venueSymbol,
    side: order.side.toUpperCase(),
    type: order.type,
    quantity: order.quantity,
    // A MARKET order's fill is worth waiting for: RESULT answers after matching, ACK before it.
    ...(order.type === 'MARKET'
      ? { newOrderRespType: 'RESULT' }
      : { price: order.price, timeInForce: 'GTC', newOrderRespType: 'ACK' }),
    ...(order.reduceOnly ? { reduceOnly: 'true' } : {}),
    newClientOrderId: order.clientOrderId,
  };
}

/** `POST /fapi/v1/algoOrder`: since 2025-12-09 the only way in for stops; the old one answers -4120. */
export function algoOrderParams(order: PlaceOrder, venueSymbol: string): Params {
  return {
    algoType: 'CONDITIONAL',
    symbol: venueSymbol,
    side: order.side.toUpperCase(),
    type: order.type === 'STOP_LIMIT' ? 'STOP' : 'STOP_MARKET',
    quantity: order.quantity,
    triggerPrice: order.stopPrice,
    ...(order.type === 'STOP_LIMIT' ? { price: order.price, timeInForce: 'GTC' } : {}),
    ...(order.reduceOnly ? { reduceOnly: 'true' } : {}),
    clientAlgoId: order.clientOrderId,
  };
}

/** `DELETE /fapi/v1/batchOrders`; ccxt encodes the list. */
export function batchCancelParams(orders: OrderRef[], venueSymbol: string): Params {
  return { symbol: venueSymbol, origclientorderidlist: orders.map((order) => order.clientOrderId) };
}
