import type { PlaceableOrderType } from '@sluice/contracts';
import type { PlaceOrder } from '../exchange.ts';
import type { KisConnection } from './connection.ts';

/** `ORD_DVSN`. The Korea Exchange has stops with a limit only. */
const orderKinds = { LIMIT: '00', MARKET: '01', STOP_LIMIT: '22' } as const satisfies Partial<
  Record<PlaceableOrderType, string>
>;
export type KisOrderType = keyof typeof orderKinds;

export function isKisOrderType(type: PlaceableOrderType): type is KisOrderType {
  return type in orderKinds;
}

/** What a person ordered by hand in a way of its own (at the best price, at the close, …) rests as a LIMIT order does. */
export function orderTypeOf(kind: string): KisOrderType {
  const known = (Object.keys(orderKinds) as KisOrderType[]).find((type) => orderKinds[type] === kind);
  return known ?? 'LIMIT';
}

/** The body of `order-cash`. Numbers travel as text; a MARKET order's price is "0". */
export function placeFields(connection: KisConnection, order: PlaceOrder & { type: KisOrderType }, code: string) {
  return {
    ...connection.account,
    PDNO: code,
    ORD_DVSN: orderKinds[order.type],
    ORD_QTY: order.quantity,
    ORD_UNPR: order.price ?? '0',
    EXCG_ID_DVSN_CD: 'KRX',
    ...(order.stopPrice === null ? {} : { CNDT_PRIC: order.stopPrice }),
  };
}

/** The whole body of a change of price or quantity, or of a cancel, of the order of this branch and number. */
export function changeFields(
  connection: KisConnection,
  order: { branch: string; number: string },
  change: { kind: 'cancel' } | { kind: 'amend'; type: KisOrderType; quantity: string; price: string },
) {
  const amend = change.kind === 'amend';
  return {
    ...connection.account,
    KRX_FWDG_ORD_ORGNO: order.branch,
    ORGN_ODNO: order.number,
    ORD_DVSN: orderKinds[amend ? change.type : 'LIMIT'],
    RVSE_CNCL_DVSN_CD: amend ? '01' : '02',
    ORD_QTY: amend ? change.quantity : '0',
    ORD_UNPR: amend ? change.price : '0',
    // All that is left of it: what was filled meanwhile cannot be changed.
    QTY_ALL_ORD_YN: 'Y',
    EXCG_ID_DVSN_CD: 'KRX',
  };
}
