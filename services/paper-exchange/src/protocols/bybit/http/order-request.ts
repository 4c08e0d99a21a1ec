import type { Decimal } from 'decimal.js';
import type { ConditionalType, PositionSide, Side, TimeInForce } from '../../../matching/order.ts';
import { Refusal } from '../../../matching/refusal.ts';
import type { Wish } from '../order-desk.ts';
import { refusals } from '../refusals.ts';
import type { Parameters } from './parameters.ts';

const timesInForce: Readonly<Record<string, TimeInForce>> = { GTC: 'GTC', IOC: 'IOC', FOK: 'FOK', PostOnly: 'GTX' };
const positionSides: Readonly<Record<string, PositionSide>> = { 0: 'BOTH', 1: 'LONG', 2: 'SHORT' };

/** POST create, and each element of POST create-batch; a trigger price makes it a conditional order. */
export function readOrder(params: Parameters): Wish | Refusal {
  const symbol = params.text('symbol');
  if (symbol === undefined) return refusals.badSymbol();
  const sideText = params.text('side');
  const type = params.text('orderType');
  if (sideText !== 'Buy' && sideText !== 'Sell') return refusals.badParameter('side');
  if (type !== 'Market' && type !== 'Limit') return refusals.badParameter('orderType');
  const side: Side = sideText === 'Buy' ? 'BUY' : 'SELL';
  const timeInForce = type === 'Market' ? 'IOC' : timesInForce[params.text('timeInForce') ?? 'GTC'];
  const positionSide = positionSides[params.text('positionIdx') ?? '0'];
  const quantity = params.decimal('qty');
  const price = type === 'Limit' ? params.decimal('price') : undefined;
  const triggerPrice = params.decimal('triggerPrice');
  if (timeInForce === undefined) return refusals.badParameter('timeInForce');
  if (positionSide === undefined) return refusals.badParameter('positionIdx');
  if (quantity === undefined || quantity instanceof Refusal) return refusals.badParameter('qty');
  if (price instanceof Refusal || (type === 'Limit' && price === undefined)) return refusals.badParameter('price');
  if (triggerPrice instanceof Refusal) return triggerPrice;

  const shared = { symbol, side, positionSide, quantity, price, reduceOnly: params.flag('reduceOnly') };
  const clientId = params.text('orderLinkId');
  if (triggerPrice === undefined) {
    const orderType = type === 'Market' ? ('MARKET' as const) : ('LIMIT' as const);
    return { kind: 'order', request: { ...shared, type: orderType, timeInForce, clientOrderId: clientId } };
  }
  const conditional = conditionalType(side, type, params.text('triggerDirection'));
  if (conditional === undefined) return refusals.badParameter('triggerDirection');
  return {
    kind: 'algo',
    request: {
      ...shared,
      type: conditional,
      timeInForce: type === 'Market' ? 'GTC' : timeInForce,
      triggerPrice: triggerPrice as Decimal,
      workingType: params.text('triggerBy') === 'MarkPrice' ? 'MARK_PRICE' : 'CONTRACT_PRICE',
      closePosition: false,
      clientAlgoId: clientId,
    },
  };
}

/** A buy that waits for a rise is a stop, one that waits for a fall takes profit; a sell the other way round. */
function conditionalType(
  side: Side,
  type: 'Market' | 'Limit',
  direction: string | undefined,
): ConditionalType | undefined {
  if (direction !== '1' && direction !== '2') return undefined;
  const stop = (side === 'BUY') === (direction === '1');
  if (type === 'Market') return stop ? 'STOP_MARKET' : 'TAKE_PROFIT_MARKET';
  return stop ? 'STOP' : 'TAKE_PROFIT';
}
