import type { Params } from '../ccxt/venue-dialect.ts';
import type { PlaceOrder } from '../exchange.ts';

/**
 * `POST /api/v3/order`. A stop waits in the same book under the same id. RESULT answers after matching with the whole
 * order; ACK, which stops would get, names ids alone. What is sold is held, so a reduce-only sale needs no word for it.
 */
export function orderParams(order: PlaceOrder, venueSymbol: string): Params {
  return {
    symbol: venueSymbol,
    side: order.side.toUpperCase(),
    type: types[order.type],
    quantity: order.quantity,
    ...(order.price === null ? {} : { price: order.price, timeInForce: 'GTC' }),
    ...(order.stopPrice === null ? {} : { stopPrice: order.stopPrice }),
    newOrderRespType: 'RESULT',
    newClientOrderId: order.clientOrderId,
  };
}

const types: Record<PlaceOrder['type'], string> = {
  MARKET: 'MARKET',
  LIMIT: 'LIMIT',
  STOP_MARKET: 'STOP_LOSS',
  STOP_LIMIT: 'STOP_LOSS_LIMIT',
};
