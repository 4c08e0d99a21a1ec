import { Refusal } from '../../matching/refusal.ts';

/** Codes and texts that all of Binance's markets share; a client that matches on text must meet the real one. */
export const binanceRefusals = {
  tooManyOrders: (limit: number, interval: string) =>
    new Refusal(-1015, `Too many new orders; current limit is ${limit} orders per ${interval}.`, 429),
  outsideRecvWindow: () => new Refusal(-1021, 'Timestamp for this request is outside of the recvWindow.'),
  aheadOfServer: () => new Refusal(-1021, "Timestamp for this request was 1000ms ahead of the server's time."),
  badSignature: () => new Refusal(-1022, 'Signature for this request is not valid.'),
  illegalChars: (name: string, range: string) =>
    new Refusal(-1100, `Illegal characters found in parameter '${name}'; legal range is '${range}'.`),
  mandatory: (name: string) =>
    new Refusal(-1102, `Mandatory parameter '${name}' was not sent, was empty/null, or malformed.`),
  eitherOf: (one: string, other: string) =>
    new Refusal(-1102, `Param '${one}' or '${other}' must be sent, but both were empty/null!`),
  paramEmpty: (name: string) => new Refusal(-1105, `Parameter '${name}' was empty.`),
  notRequired: (name: string) => new Refusal(-1106, `Parameter '${name}' sent when not required.`),
  precision: () => new Refusal(-1111, 'Precision is over the maximum defined for this asset.'),
  badTimeInForce: () => new Refusal(-1115, 'Invalid timeInForce.'),
  badOrderType: () => new Refusal(-1116, 'Invalid orderType.'),
  badSide: () => new Refusal(-1117, 'Invalid side.'),
  badSymbol: () => new Refusal(-1121, 'Invalid symbol.'),
  badCombination: () => new Refusal(-1128, 'Combination of optional parameters invalid.'),
  badParameter: (name: string) => new Refusal(-1130, `Data sent for parameter '${name}' is not valid.`),
  unknownOrder: () => new Refusal(-2011, 'Unknown order sent.'),
  noSuchOrder: () => new Refusal(-2013, 'Order does not exist.'),
  badKeyFormat: () => new Refusal(-2014, 'API-key format invalid.', 401),
  rejectedKey: () => new Refusal(-2015, 'Invalid API-key, IP, or permissions for action.', 401),
};
