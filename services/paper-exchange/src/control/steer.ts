import { randomUUID } from 'node:crypto';
import { Decimal } from 'decimal.js';
import type { z } from 'zod';
import { placeAlgo } from '../matching/algo-order.ts';
import { endAlgo, endOrder } from '../matching/book.ts';
import { accountSymbolKey } from '../matching/caps.ts';
import { fillOrder } from '../matching/fill.ts';
import { isOpen, type Order, remaining } from '../matching/order.ts';
import { placeOrder } from '../matching/place-order.ts';
import { Refusal } from '../matching/refusal.ts';
import { type Account, addAccount } from '../matching/venue.ts';
import type { PaperExchange } from '../serving/paper-exchange.ts';
import type { accountsBody, capsBody, endsBody, fillsBody, ordersBody } from './schemas.ts';

// What a test does to the venue. Each answers an object, or a sentence that says why it could not be done.

/** By name, or by key. */
export const accountOf = (exchange: PaperExchange, name: string): Account | undefined =>
  exchange.venue.accounts.get(name) ?? exchange.venue.accountsByKey.get(name);

/** One account, or all of them; none when there is none of that name. */
export const accountsFor = (exchange: PaperExchange, name: string | undefined): Account[] => {
  if (name === undefined) return [...exchange.venue.accounts.values()];
  const account = accountOf(exchange, name);
  return account === undefined ? [] : [account];
};

/** Client ids are unique among open orders of an account, so the first match is the only one. */
function findOpen(exchange: PaperExchange, name: string | undefined, clientId: string): [Account, Order] | undefined {
  for (const account of accountsFor(exchange, name)) {
    const order = account.ordersByClientId.get(clientId)?.find(isOpen);
    if (order) return [account, order];
  }
  return undefined;
}

function fillOne(exchange: PaperExchange, account: Account, order: Order, quantity: Decimal, price: Decimal): object {
  const now = exchange.now();
  const trade = fillOrder(exchange.venue, account, order, quantity, price, true, now);
  return {
    account: account.name,
    clientOrderId: order.clientOrderId,
    status: order.status,
    executedQty: order.executed.toFixed(),
    tradeId: trade?.id ?? null,
  };
}

/** Fills one named order, or `some` resting orders picked by the seeded generator. */
export function fill(exchange: PaperExchange, body: z.output<typeof fillsBody>): object | string {
  if ('clientOrderId' in body) {
    const found = findOpen(exchange, body.account, body.clientOrderId);
    if (found === undefined) return `No open order has the client id ${body.clientOrderId}.`;
    const [account, order] = found;
    const quantity = body.quantity === undefined ? remaining(order) : new Decimal(body.quantity);
    const price = body.price === undefined ? order.price : new Decimal(body.price);
    return { filled: [fillOne(exchange, account, order, quantity, price ?? quantity)] };
  }
  const candidates = accountsFor(exchange, body.account).flatMap((account) =>
    [...account.open.values()]
      .flatMap((orders) => [...orders.values()])
      .filter((order) => body.symbol === undefined || order.symbol === body.symbol)
      .map((order) => [account, order] as const),
  );
  const filled: object[] = [];
  for (let left = body.some; left > 0 && candidates.length > 0; left -= 1) {
    const [picked] = candidates.splice(Math.floor(exchange.random() * candidates.length), 1);
    if (picked === undefined) break;
    const [account, order] = picked;
    const market = exchange.venue.markets.get(order.symbol);
    if (market === undefined || order.price === undefined || !isOpen(order)) continue;
    const share = remaining(order).times(body.ratio ?? 1);
    // A whole number of steps, and at least one: an exchange fills nothing finer.
    const steps = Decimal.max(1, share.div(market.stepSize).toDecimalPlaces(0, Decimal.ROUND_DOWN));
    filled.push(fillOne(exchange, account, order, steps.times(market.stepSize), order.price));
  }
  return { filled };
}

/** Ends an order from the venue's side, as its own staff or the account's owner in the app would. */
export function end(exchange: PaperExchange, body: z.output<typeof endsBody>): object | string {
  const found = findOpen(exchange, body.account, body.clientOrderId);
  if (found) {
    endOrder(exchange.venue, found[0], found[1], body.status, exchange.now());
    return { clientOrderId: body.clientOrderId, status: body.status };
  }
  for (const account of accountsFor(exchange, body.account)) {
    const algo = account.algosByClientId.get(body.clientOrderId)?.find((one) => one.status === 'NEW');
    if (algo === undefined) continue;
    endAlgo(exchange.venue, account, algo, body.status, exchange.now());
    return { clientOrderId: body.clientOrderId, status: body.status };
  }
  return `No open order has the client id ${body.clientOrderId}.`;
}

/** Orders of "somebody else": ids as the venue's web page makes them, and all of the venue's rules. */
export function placeForeign(exchange: PaperExchange, body: z.output<typeof ordersBody>): object | string {
  const account = accountOf(exchange, body.account);
  if (account === undefined)
    return `No account ${body.account}; known are ${[...exchange.venue.accounts.keys()].join(', ')}.`;
  const { symbol, side, positionSide, reduceOnly, type } = body;
  const placed: string[] = [];
  for (let index = 0; index < body.count; index += 1) {
    const numbered = body.count > 1 && body.clientOrderId !== undefined ? `${body.clientOrderId}-${index}` : undefined;
    const id = numbered ?? body.clientOrderId ?? `web_${randomUUID().replaceAll('-', '').slice(0, 20)}`;
    const shared = {
      symbol,
      side,
      positionSide,
      reduceOnly,
      timeInForce: 'GTC',
      quantity: new Decimal(body.quantity),
      price: body.price === undefined ? undefined : new Decimal(body.price),
    } as const;
    // Past signature and rate windows, which are not this test's subject, but through every rule of the venue.
    const result =
      type === 'LIMIT' || type === 'MARKET'
        ? placeOrder(exchange.venue, account, { ...shared, type, clientOrderId: id }, exchange.now())
        : placeAlgo(
            exchange.venue,
            account,
            {
              ...shared,
              type,
              triggerPrice: new Decimal(body.triggerPrice ?? 0),
              workingType: 'CONTRACT_PRICE',
              closePosition: false,
              clientAlgoId: id,
            },
            exchange.now(),
          );
    if (result instanceof Refusal) return { placed, refused: { code: result.code, msg: result.msg } };
    exchange.placedByHand(account.name, result);
    placed.push(id);
  }
  return { placed };
}

/** Narrows or widens the caps of an account, a symbol, both, or (with neither) everybody. */
export function setCaps(exchange: PaperExchange, body: z.output<typeof capsBody>): object | string {
  const { caps } = exchange.venue;
  const { symbol, open, conditional } = body;
  const account = body.account === undefined ? undefined : accountOf(exchange, body.account)?.name;
  if (body.account !== undefined && account === undefined) return `No account ${body.account}.`;
  if (open !== undefined) {
    if (account !== undefined && symbol !== undefined)
      caps.openByAccountAndSymbol.set(accountSymbolKey(account, symbol), open);
    else if (account !== undefined) caps.openByAccount.set(account, open);
    else if (symbol !== undefined) caps.openBySymbol.set(symbol, open);
    else caps.openPerSymbol = open;
  }
  if (conditional !== undefined) {
    if (symbol !== undefined) return 'Conditional orders are capped per account, not per symbol; leave symbol out.';
    if (account !== undefined) caps.conditionalByAccount.set(account, conditional);
    else caps.conditionalPerAccount = conditional;
  }
  return {
    openPerSymbol: caps.openPerSymbol,
    conditionalPerAccount: caps.conditionalPerAccount,
    openBySymbol: Object.fromEntries(caps.openBySymbol),
    openByAccount: Object.fromEntries(caps.openByAccount),
    openByAccountAndSymbol: Object.fromEntries(caps.openByAccountAndSymbol),
    conditionalByAccount: Object.fromEntries(caps.conditionalByAccount),
  };
}

/** Adds an account, or changes the balance or position mode of one. */
export function setAccount(exchange: PaperExchange, body: z.output<typeof accountsBody>): object | string {
  let account = accountOf(exchange, body.name);
  if (account === undefined) {
    const { name, key = name, secret = `${name}-secret`, balance = '1000000' } = body;
    account = addAccount(exchange.venue, { name, key, secret, balance });
  } else if (body.key !== undefined || body.secret !== undefined) {
    return `Account ${body.name} exists; its key and secret stay.`;
  } else if (body.balance !== undefined) {
    const change = new Decimal(body.balance).minus(account.wallet);
    account.wallet = account.wallet.plus(change);
    const at = exchange.now();
    exchange.venue.tell({ type: 'balance', account, reason: 'ADJUSTMENT', change, positions: [], at });
  }
  if (body.hedge !== undefined) account.hedge = body.hedge;
  return { name: account.name, key: account.key, balance: account.wallet.toFixed(), hedge: account.hedge };
}
