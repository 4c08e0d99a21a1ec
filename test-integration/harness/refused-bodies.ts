import { limit } from './alerts.ts';
import { tokenOf } from './test-configuration.ts';

export type RefusedBody = {
  title: string;
  body: string;
  status: 400 | 401;
  /** Of the first fault, which `error` names, and what is said about it. */
  path: string;
  message: RegExp;
  /** How the dead letter is filed. */
  reason: 'unreadable' | 'unauthenticated' | 'malformed';
};

/** What an unknown group and a wrong token are told alike. */
export const noSuchStrategy = 'there is no strategy with this group_name and token';

const right = limit('BTC/USDT', 95_000);

/** Every body an alert of `strategy` is refused for, each with the place the sender is pointed to. */
export function refusedBodies(strategy: string): RefusedBody[] {
  const sender = { group_name: strategy, token: tokenOf(strategy) };
  const text = (alert: object): string => JSON.stringify({ ...sender, ...alert });
  /** A batch whose fourth order is wrong. */
  const fourth = (fields: object): string => text({ orders: [right, right, right, { ...right, ...fields }] });
  /** The same with a fourth price that JSON.stringify would not write. */
  const fourthPrice = (written: string): string => fourth({ price: 'HERE' }).replace('"HERE"', written);
  const envelope = JSON.stringify(sender).slice(1, -1);

  const unreadable = (title: string, body: string, path: string, message: RegExp): RefusedBody => {
    return { title, body, status: 400, path, message, reason: 'unreadable' };
  };
  const unauthenticated = (title: string, alert: object, path: string, message: RegExp): RefusedBody => {
    return { title, body: JSON.stringify(alert), status: 401, path, message, reason: 'unauthenticated' };
  };
  const malformed = (title: string, body: string, path: string, message: RegExp): RefusedBody => {
    return { title, body, status: 400, path, message, reason: 'malformed' };
  };
  const atPrice = 'orders[3].price';

  return [
    unreadable('an empty body', '', 'body', /^is not JSON/),
    unreadable('text that is no JSON', 'buy BTC at market', 'body', /^is not JSON/),
    unreadable('a form', 'group_name=a&symbol=BTCUSDT', 'body', /^is not JSON/),
    unreadable('a list', '[]', 'body', /must be a JSON object with group_name and token/),
    unreadable(
      'a body cut in the middle',
      fourth({}).slice(0, -5),
      'orders[3].qty_per',
      /^is not JSON: .* at the end$/,
    ),
    unreadable('two bodies', `${text(right)}${text(right)}`, 'body', /^is not JSON/),
    unreadable('a comment', `{${envelope},/* now */"symbol":"BTC/USDT"}`, 'token', /^is not JSON/),
    unreadable('a price of NaN', fourthPrice('NaN'), atPrice, /^is not JSON: .* at "NaN"$/),
    unreadable('a price of Infinity', fourthPrice('Infinity'), atPrice, /^is not JSON: .* at "Infinity"$/),
    unreadable('a price of 0x10', fourthPrice('0x10'), atPrice, /^is not JSON: .* at "x10"$/),
    unreadable('a price of +1', fourthPrice('+1'), atPrice, /^is not JSON/),
    unreadable('a key given twice', `{${envelope},"price":"1","price":"2"}`, 'price', /^is given twice/),
    unreadable('a key given twice in an order', fourthPrice('"1","price":"2"'), atPrice, /^is given twice/),
    unreadable('__proto__', `{${envelope},"__proto__":{"symbol":"BTC/USDT"}}`, '__proto__', /not a field name/),
    unreadable('__proto__ in an order', fourthPrice('"1","__proto__":{}'), 'orders[3].__proto__', /not a field name/),
    unreadable('nesting 9 levels deep', text({ note: nested(8) }), `note${'[0]'.repeat(7)}`, /deeper than 8 levels/),
    unreadable('nesting 50,000 deep', `{"note":${'['.repeat(50_000)}`, `note${'[0]'.repeat(7)}`, /deeper than 8/),

    unauthenticated('no group', { ...right, token: sender.token }, 'group_name', /the name of a strategy/),
    unauthenticated('no token', { ...right, group_name: strategy }, 'token', /the strategy's token/),
    unauthenticated(
      'a wrong token',
      { ...right, ...sender, token: 'guessed' },
      'token',
      new RegExp(`^${noSuchStrategy}$`),
    ),
    unauthenticated(
      'an unknown group',
      { ...right, ...sender, group_name: '?' },
      'token',
      new RegExp(`^${noSuchStrategy}$`),
    ),
    unauthenticated(
      'a token that is a list',
      { ...right, ...sender, token: [sender.token] },
      'token',
      /the strategy's token/,
    ),
    unauthenticated(
      'a group of an object',
      { ...right, ...sender, group_name: { $ne: '' } },
      'group_name',
      /the name of/,
    ),

    malformed(
      'an unknown type',
      fourth({ order_type: 'TRAILING_STOP' }),
      'orders[3].order_type',
      /is not one of MARKET/,
    ),
    malformed('no type', fourth({ order_type: undefined }), 'orders[3].order_type', /^is missing/),
    malformed('no symbol', fourth({ symbol: undefined }), 'orders[3].symbol', /^is missing; LIMIT needs it$/),
    malformed('no side', fourth({ side: undefined }), 'orders[3].side', /^is missing; LIMIT needs it$/),
    malformed('a side that is neither', fourth({ side: 'long' }), 'orders[3].side', /^must be buy or sell$/),
    malformed('no price', fourth({ price: undefined }), atPrice, /^is missing; LIMIT needs it$/),
    malformed('a price of null', fourth({ price: null }), atPrice, /^is missing; LIMIT needs it$/),
    malformed('an empty price', fourth({ price: '' }), atPrice, /^is empty$/),
    malformed('a price in words', fourth({ price: 'market' }), atPrice, /^"market" is not a decimal number$/),
    malformed('a price that is a list', fourth({ price: [95_000] }), atPrice, /^must be a decimal number$/),
    malformed('a negative price', fourth({ price: -95_000 }), atPrice, /^"-95000" must be above 0$/),
    malformed('a negative price as text', fourth({ price: '-0.1' }), atPrice, /^"-0.1" must be above 0$/),
    malformed('a price of 0', fourth({ price: '0.0' }), atPrice, /^must be above 0$/),
    malformed('a price of 1e999', fourthPrice('1e999'), atPrice, /has more than 28 digits$/),
    malformed('a price of 1e999 as text', fourth({ price: '1e999' }), atPrice, /has more than 28 digits$/),
    malformed('a price of NaN as text', fourth({ price: 'NaN' }), atPrice, /^"NaN" is not a decimal number$/),
    malformed('a price of 0x10 as text', fourth({ price: '0x10' }), atPrice, /^"0x10" is not a decimal number$/),
    malformed('a price with thousands commas', fourth({ price: '95,000' }), atPrice, /^"95,000" has thousands commas/),
    malformed('a price with a decimal comma', fourth({ price: '95000,5' }), atPrice, /is not a decimal number$/),
    malformed(
      'no stop price',
      fourth({ order_type: 'STOP_MARKET' }),
      'orders[3].stop_price',
      /^is missing; STOP_MARKET/,
    ),
    malformed('a qty_per of 0', fourth({ qty_per: 0 }), 'orders[3].qty_per', /^must be above 0$/),
    malformed('a qty_per of 10,001', fourth({ qty_per: 10_001 }), 'orders[3].qty_per', /^must be at most 10000 /),
    malformed(
      'a qty_per with a per cent sign',
      fourth({ qty_per: '10%' }),
      'orders[3].qty_per',
      /is not a decimal number$/,
    ),
    malformed(
      'reduce_only in words',
      fourth({ reduce_only: 'yes' }),
      'orders[3].reduce_only',
      /^must be true or false$/,
    ),
    malformed(
      'a cancel of nothing',
      text({ orders: [{ order_type: 'CANCEL' }] }),
      'orders[0].symbol',
      /^is missing; CANCEL/,
    ),
    malformed(
      'a cancel of everything',
      text({ order_type: 'CANCEL_ALL_ORDER' }),
      'symbol',
      /^is missing; CANCEL_ALL_ORDER/,
    ),
    malformed(
      '201 orders',
      text({ orders: Array(201).fill(right) }),
      'orders',
      /^has 201 orders; one alert may have 200$/,
    ),
    malformed('no order', text({ orders: [] }), 'orders', /^has no order in it$/),
    malformed('orders that are no list', text({ orders: right }), 'orders', /^must be a list of orders$/),
    malformed('an order that is text', text({ orders: [right, 'buy'] }), 'orders[1]', /^must be an object/),
    malformed(
      'a symbol nobody can trade',
      fourth({ symbol: 'NOPE/USDT' }),
      'orders[3].symbol',
      /^no account of the strategy/,
    ),
    malformed(
      'a symbol without its quote',
      fourth({ symbol: 'BTCUSD' }),
      'orders[3].symbol',
      /where its quote currency/,
    ),
    malformed(
      'a coin-margined contract',
      fourth({ symbol: 'BTC/USD:BTC' }),
      'orders[3].symbol',
      /is not a perpetual settled/,
    ),
    malformed('a symbol that is a number', fourth({ symbol: 1 }), 'orders[3].symbol', /^must be text such as/),
    malformed('a local time', text({ ...right, timestamp: '2025-10-10 08:34' }), 'timestamp', /with a zone/),
    malformed('an empty alert_id', text({ ...right, alert_id: '' }), 'alert_id', /^must be text of 1 to 200/),
    malformed('one order, wrong', text({ ...right, price: 'x' }), 'price', /^"x" is not a decimal number$/),
  ];
}

function nested(levels: number): unknown {
  return levels === 1 ? [] : [nested(levels - 1)];
}
