import { Decimal } from 'decimal.js';
import type { z } from 'zod';
import { settleFunding } from '../matching/funding.ts';
import { forceClose } from '../matching/liquidate.ts';
import { positionKey } from '../matching/position.ts';
import { markPrice } from '../matching/venue.ts';
import type { PaperExchange } from '../serving/paper-exchange.ts';
import type { fundingBody, liquidationsBody } from './schemas.ts';
import { accountOf, accountsFor } from './steer.ts';

/** Settles funding of a symbol now, for one account or for all. */
export function fund(exchange: PaperExchange, body: z.output<typeof fundingBody>): object | string {
  const market = exchange.venue.markets.get(body.symbol);
  if (market === undefined) return `No symbol ${body.symbol}.`;
  const accounts = accountsFor(exchange, body.account);
  if (accounts.length === 0) return `No account ${body.account}.`;
  market.fundingRate = new Decimal(body.rate);
  const settled = accounts.flatMap((account) => {
    const received = settleFunding(exchange.venue, account, market, market.fundingRate, exchange.now());
    return received === undefined ? [] : [{ account: account.name, received: received.toFixed() }];
  });
  return { settled };
}

/** Liquidates a position, or takes it for auto-deleveraging: whole and at the mark price unless told otherwise. */
export function liquidate(exchange: PaperExchange, body: z.output<typeof liquidationsBody>): object | string {
  const account = accountOf(exchange, body.account);
  if (account === undefined) return `No account ${body.account}.`;
  const market = exchange.venue.markets.get(body.symbol);
  const position = account.positions.get(positionKey(body.symbol, body.positionSide));
  if (market === undefined || position === undefined || position.amount.isZero()) {
    return `${account.name} holds no ${body.positionSide} position of ${body.symbol}.`;
  }
  const held = position.amount.abs();
  const quantity = body.quantity === undefined ? held : Decimal.min(held, body.quantity);
  const price = body.price === undefined ? markPrice(market) : new Decimal(body.price);
  const kind = body.adl ? 'adl' : 'liquidation';
  const order = forceClose(exchange.venue, account, position, quantity, price, kind, exchange.now());
  return { clientOrderId: order.clientOrderId, orderId: order.orderId, closed: order.executed.toFixed() };
}
