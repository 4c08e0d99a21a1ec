// What Binance USD-M answers in its documented shapes, with more fields than are read.

/** An order as Binance answers it: more fields than we read, numbers as text, ids as numbers. */
export const venueOrder = (id: string, more: object = {}) => ({
  orderId: 4087922044,
  symbol: 'BTCUSDT',
  status: 'NEW',
  clientOrderId: id,
  price: '95000.10',
  origQty: '0.010',
  executedQty: '0.000',
  cumQty: '0.000',
  timeInForce: 'GTC',
  type: 'LIMIT',
  reduceOnly: false,
  side: 'BUY',
  positionSide: 'BOTH',
  stopPrice: '0.00',
  origType: 'LIMIT',
  updateTime: 1750000000200,
  ...more,
});

export const algoOrder = (id: string, more: object = {}) => ({
  algoId: 3358,
  clientAlgoId: id,
  algoType: 'CONDITIONAL',
  orderType: 'STOP',
  symbol: 'BTCUSDT',
  side: 'BUY',
  quantity: '0.010',
  algoStatus: 'NEW',
  actualOrderId: '',
  triggerPrice: '97000.00',
  price: '97100.00',
  reduceOnly: false,
  updateTime: 1750000000200,
  ...more,
});
