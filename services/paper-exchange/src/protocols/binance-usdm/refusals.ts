import { Refusal } from '../../matching/refusal.ts';
import { binanceRefusals } from '../binance/refusals.ts';

/** Texts as in the USD-M error code list; a client that matches on text must meet the real one. */
export const refusals = {
  ...binanceRefusals,
  tooManyRequests: (limit: number) =>
    new Refusal(
      -1003,
      `Too many requests; current limit is ${limit} requests per minute. Please use the websocket for live updates to avoid polling the API.`,
      429,
    ),
  banned: (untilMs: number) =>
    new Refusal(
      -1003,
      `Way too many requests; IP banned until ${untilMs}. Please use the websocket for live updates to avoid bans.`,
      418,
    ),
  badSymbolStatus: () => new Refusal(-1122, 'Invalid symbol status.'),
  noListenKey: () => new Refusal(-1125, 'This listenKey does not exist.'),
  marginInsufficient: () => new Refusal(-2019, 'Margin is insufficient.'),
  wouldTrigger: () => new Refusal(-2021, 'Order would immediately trigger.'),
  reduceOnlyRejected: () => new Refusal(-2022, 'ReduceOnly Order is rejected.'),
  maxOpenOrders: () => new Refusal(-2025, 'Reach max open order limit.'),
  priceBelowZero: () => new Refusal(-4001, 'Price less than 0.'),
  priceAboveMax: () => new Refusal(-4002, 'Price greater than max price.'),
  quantityBelowZero: () => new Refusal(-4003, 'Quantity less than zero.'),
  quantityBelowMin: () => new Refusal(-4004, 'Quantity less than min quantity.'),
  quantityAboveMax: () => new Refusal(-4005, 'Quantity greater than max quantity.'),
  stopPriceBelowZero: () => new Refusal(-4006, 'Stop price less than zero.'),
  stopPriceAboveMax: () => new Refusal(-4007, 'Stop price greater than max price.'),
  priceBelowMin: () => new Refusal(-4013, 'Price less than min price.'),
  priceOffTick: () => new Refusal(-4014, 'Price not increased by tick size.'),
  badClientId: () => new Refusal(-4015, 'Client order id is not valid.'),
  clientIdTooLong: () => new Refusal(-4015, 'Client order id length should not be more than 36 chars'),
  priceAboveMultiplier: () => new Refusal(-4016, 'Price is higher than mark price multiplier cap.'),
  quantityOffStep: () => new Refusal(-4023, 'Qty not increased by step size.'),
  priceBelowMultiplier: () => new Refusal(-4024, 'Price is lower than mark price multiplier floor.'),
  badLeverage: (leverage: string) => new Refusal(-4028, `Leverage ${leverage} is not valid`),
  maxStopOrders: () => new Refusal(-4045, 'Reach max stop order limit.'),
  sameMarginType: () => new Refusal(-4046, 'No need to change margin type.'),
  marginTypeOpenOrders: () => new Refusal(-4047, 'Margin type cannot be changed if there exists open orders.'),
  marginTypePosition: () => new Refusal(-4048, 'Margin type cannot be changed if there exists position.'),
  samePositionSide: () => new Refusal(-4059, 'No need to change position side.'),
  badPositionSide: () => new Refusal(-4060, 'Invalid position side.'),
  positionSideMismatch: () => new Refusal(-4061, "Order's position side does not match user's setting."),
  positionModeOpenOrders: () => new Refusal(-4067, 'Position side cannot be changed if there exists open orders.'),
  positionModePosition: () => new Refusal(-4068, 'Position side cannot be changed if there exists position.'),
  badBatchSize: () => new Refusal(-4082, 'Invalid number of batch place orders.'),
  tooManyCancels: () => new Refusal(-4032, 'Exceed maximum cancel order size.'),
  duplicateClientId: () => new Refusal(-4116, 'ClientOrderId is duplicated.'),
  useAlgoEndpoint: () =>
    new Refusal(-4120, 'Order type not supported for this endpoint. Please use the Algo Order API endpoints instead.'),
  percentPrice: () => new Refusal(-4131, "The counterparty's best price does not meet the PERCENT_PRICE filter limit."),
  quantityWithClosePosition: () => new Refusal(-4137, 'Quantity must be zero with closePosition equals true'),
  symbolNotOpening: () => new Refusal(-4140, 'Invalid symbol status for opening position.'),
  symbolClosed: () => new Refusal(-4141, 'Symbol is closed.'),
  minNotional: (notional: string) =>
    new Refusal(-4164, `Order's notional must be no smaller than ${notional} (unless you choose reduce only).`),
  badInterval: (days: number) => new Refusal(-4165, `Maximum time interval is ${days} days.`),
  fokRejected: () =>
    new Refusal(-5021, 'Due to the order could not be filled immediately, the FOK order has been rejected.'),
  gtxRejected: () =>
    new Refusal(
      -5022,
      'Due to the order could not be executed as maker, the Post Only order will be rejected. The order will not be recorded in the order history.',
    ),
  engineRecvWindow: () => new Refusal(-5028, 'Timestamp for this request is outside of the ME recvWindow.'),
};
