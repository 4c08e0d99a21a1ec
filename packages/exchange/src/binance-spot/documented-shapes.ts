// What Binance spot answers in its documented shapes, with more fields than are read.

/** An order as GET order and openOrders show it. */
export const venueOrder = (id: string, more: object = {}) => ({
  symbol: 'BTCUSDT',
  orderId: 28,
  orderListId: -1,
  clientOrderId: id,
  price: '95000.10000000',
  origQty: '0.01000000',
  executedQty: '0.00000000',
  origQuoteOrderQty: '0.000000',
  cummulativeQuoteQty: '0.00000000',
  status: 'NEW',
  timeInForce: 'GTC',
  type: 'LIMIT',
  side: 'BUY',
  stopPrice: '0.00000000',
  icebergQty: '0.00000000',
  time: 1750000000100,
  updateTime: 1750000000200,
  isWorking: true,
  workingTime: 1750000000200,
  selfTradePreventionMode: 'NONE',
  ...more,
});

/** The answer to POST order with newOrderRespType=RESULT, which names neither `isWorking` nor `updateTime`. */
export const placedOrder = (id: string, more: object = {}) => {
  const { isWorking: _, updateTime: at, stopPrice: __, ...rest } = venueOrder(id);
  return { ...rest, transactTime: at, ...more };
};

/** The answer to DELETE order: `clientOrderId` is the cancel's own. */
export const cancelledOrder = (id: string, more: object = {}) =>
  placedOrder('cancelMyOrder1', { origClientOrderId: id, status: 'CANCELED', ...more });

/** An `executionReport`, wrapped as the WebSocket API does. */
export const executionReport = (id: string, more: object = {}) =>
  JSON.stringify({
    subscriptionId: 0,
    event: {
      e: 'executionReport',
      E: 1750000000250,
      s: 'BTCUSDT',
      c: id,
      S: 'BUY',
      o: 'LIMIT',
      f: 'GTC',
      q: '0.01000000',
      p: '95000.10000000',
      P: '0.00000000',
      F: '0.00000000',
      g: -1,
      C: '',
      x: 'NEW',
      X: 'NEW',
      r: 'NONE',
      i: 28,
      l: '0.00000000',
      z: '0.00000000',
      L: '0.00000000',
      n: '0',
      N: null,
      T: 1750000000200,
      t: -1,
      I: 8641984,
      w: true,
      m: false,
      M: false,
      O: 1750000000100,
      Z: '0.00000000',
      Y: '0.00000000',
      Q: '0.00000000',
      W: 1750000000200,
      V: 'NONE',
      ...more,
    },
  });

export const trade = (id: number, more: object = {}) => ({
  symbol: 'BTCUSDT',
  id,
  orderId: 28,
  orderListId: -1,
  price: '95000.10000000',
  qty: '0.00400000',
  quoteQty: '380.00040000',
  commission: '0.00000400',
  commissionAsset: 'BTC',
  time: 1_750_000_000_000 + id,
  isBuyer: true,
  isMaker: false,
  isBestMatch: true,
  ...more,
});
