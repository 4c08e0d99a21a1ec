import { Decimal } from 'decimal.js';
import type { OrderName } from '../../../matching/cancel-order.ts';
import type {
  AlgoRequest,
  ConditionalType,
  OrderRequest,
  PositionSide,
  Side,
  TimeInForce,
  WorkingType,
} from '../../../matching/order.ts';
import { Refusal } from '../../../matching/refusal.ts';
import { firstRefusal, type Parameters } from '../../binance/parameters.ts';
import { refusals } from '../refusals.ts';

// Parameters into requests. The venue's code table decides which malformed value answers which code.

const CONDITIONAL = ['STOP', 'STOP_MARKET', 'TAKE_PROFIT', 'TAKE_PROFIT_MARKET'] as const;
/** Types of the venue that this one does not carry out; still told apart from nonsense on the old endpoint. */
const TRAILING = 'TRAILING_STOP_MARKET';

const isConditional = (type: string): type is ConditionalType => (CONDITIONAL as readonly string[]).includes(type);

function readSide(params: Parameters): Side | Refusal {
  const side = params.mandatory('side');
  if (side instanceof Refusal || side === 'BUY' || side === 'SELL') return side;
  return refusals.badSide();
}

function readPositionSide(params: Parameters): PositionSide | Refusal {
  const side = params.text('positionSide') ?? 'BOTH';
  return side === 'BOTH' || side === 'LONG' || side === 'SHORT' ? side : refusals.badPositionSide();
}

function readTimeInForce(value: string): TimeInForce | Refusal {
  return value === 'GTC' || value === 'IOC' || value === 'FOK' || value === 'GTX' ? value : refusals.badTimeInForce();
}

/** POST order, and each element of POST batchOrders. */
export function readOrderRequest(params: Parameters): OrderRequest | Refusal {
  const symbol = params.mandatory('symbol');
  const side = readSide(params);
  const type = params.mandatory('type');
  const early = firstRefusal(symbol, side, type);
  if (early) return early;
  if (isConditional(type as string) || type === TRAILING) return refusals.useAlgoEndpoint();
  if (type !== 'LIMIT' && type !== 'MARKET') return refusals.badOrderType();

  const sentTimeInForce = params.text('timeInForce');
  if (type === 'LIMIT' && !sentTimeInForce) return refusals.mandatory('timeInForce');
  if (type === 'MARKET' && sentTimeInForce !== undefined) return refusals.notRequired('timeInForce');
  if (type === 'MARKET' && params.text('price') !== undefined) return refusals.notRequired('price');

  const positionSide = readPositionSide(params);
  const timeInForce = readTimeInForce(sentTimeInForce ?? 'GTC');
  const quantity = params.mandatoryDecimal('quantity');
  const price = type === 'LIMIT' ? params.mandatoryDecimal('price') : undefined;
  const reduceOnly = params.boolean('reduceOnly');
  const refused = firstRefusal(positionSide, timeInForce, quantity, price, reduceOnly);
  if (refused) return refused;
  return {
    symbol: symbol as string,
    side: side as Side,
    positionSide: positionSide as PositionSide,
    type,
    timeInForce: timeInForce as TimeInForce,
    quantity: quantity as Decimal,
    price: price as Decimal | undefined,
    reduceOnly: reduceOnly as boolean,
    clientOrderId: params.text('newClientOrderId'),
  };
}

function readWorkingType(params: Parameters): WorkingType | Refusal {
  const value = params.text('workingType') ?? 'CONTRACT_PRICE';
  if (value === 'CONTRACT_PRICE' || value === 'MARK_PRICE') return value;
  return new Refusal(-4031, `Invalid parameter working type: ${value}`);
}

/** POST algoOrder. */
export function readAlgoRequest(params: Parameters): AlgoRequest | Refusal {
  const symbol = params.mandatory('symbol');
  const side = readSide(params);
  const type = params.mandatory('type');
  const algoType = params.mandatory('algoType');
  const early = firstRefusal(symbol, side, type, algoType);
  if (early) return early;
  if (algoType !== 'CONDITIONAL') return refusals.badParameter('algoType');
  if (!isConditional(type as string)) return refusals.badOrderType();
  const conditional = type as ConditionalType;
  const hasLimit = conditional === 'STOP' || conditional === 'TAKE_PROFIT';

  const closePosition = params.boolean('closePosition');
  const sentQuantity = params.text('quantity') !== undefined;
  if (closePosition === true && hasLimit) return refusals.badParameter('closePosition');
  if (closePosition === true && sentQuantity) return refusals.quantityWithClosePosition();
  if (closePosition === true && params.boolean('reduceOnly') === true) return refusals.notRequired('reduceOnly');

  const positionSide = readPositionSide(params);
  const timeInForce = readTimeInForce(params.text('timeInForce') ?? 'GTC');
  const quantity = closePosition === true ? new Decimal(0) : params.mandatoryDecimal('quantity');
  const price = hasLimit ? params.mandatoryDecimal('price') : undefined;
  const triggerPrice = params.mandatoryDecimal('triggerPrice');
  const workingType = readWorkingType(params);
  const reduceOnly = params.boolean('reduceOnly');
  const refused = firstRefusal(
    closePosition,
    positionSide,
    timeInForce,
    quantity,
    price,
    triggerPrice,
    workingType,
    reduceOnly,
  );
  if (refused) return refused;
  return {
    symbol: symbol as string,
    side: side as Side,
    positionSide: positionSide as PositionSide,
    type: conditional,
    timeInForce: timeInForce as TimeInForce,
    quantity: quantity as Decimal,
    price: price as Decimal | undefined,
    triggerPrice: triggerPrice as Decimal,
    workingType: workingType as WorkingType,
    reduceOnly: reduceOnly as boolean,
    closePosition: closePosition as boolean,
    clientAlgoId: params.text('clientAlgoId'),
  };
}

/** How GET and DELETE name an order; at least one of the two must be there. */
export function readOrderName(
  params: Parameters,
  idName: 'orderId' | 'algoId',
  clientIdName: 'origClientOrderId' | 'clientAlgoId',
): OrderName | Refusal {
  const id = params.integer(idName);
  if (id instanceof Refusal) return id;
  const clientId = params.text(clientIdName);
  if (id === undefined && !clientId) return refusals.eitherOf(clientIdName, idName.toLowerCase());
  return { id, clientId };
}
