import { type BodyObject, type BodyValue, type FieldError, isBodyObject } from './body-value.ts';

/** An alert in its one form: always a batch. Nothing in it is checked yet. */
export type NormalisedAlert = {
  groupName: BodyValue | undefined;
  token: BodyValue | undefined;
  alertId: BodyValue | undefined;
  timestamp: BodyValue | undefined;
  orders: BodyValue;
  /** False for a body that was one order: its fields are then named `price`, not `orders[0].price`. */
  batch: boolean;
  /** Fields beside `orders` that nobody reads. */
  unread: string[];
};

export type Normalisation = { kind: 'alert'; alert: NormalisedAlert } | { kind: 'refused'; errors: FieldError[] };

/** Belongs to the alert. `batch_mode` is what old clients announce a batch with; `orders` says it already. */
const envelopeFields = new Set(['group_name', 'token', 'alert_id', 'timestamp', 'batch_mode', 'orders']);

/** A body without `orders` becomes a batch of one; a batch passes as it is. The body given is never changed. */
export function normaliseAlert(body: BodyValue): Normalisation {
  if (!isBodyObject(body)) {
    return { kind: 'refused', errors: [{ path: 'body', message: 'must be a JSON object with group_name and token' }] };
  }
  const batch = body.orders !== undefined;
  const others = Object.entries(body).filter(([field]) => !envelopeFields.has(field));
  const alert: NormalisedAlert = {
    groupName: body.group_name,
    token: body.token,
    alertId: body.alert_id,
    timestamp: body.timestamp,
    orders: body.orders ?? null,
    batch,
    unread: others.map(([field]) => field),
  };
  if (batch) return { kind: 'alert', alert };
  const order: BodyObject = Object.assign(Object.create(null), Object.fromEntries(others));
  return { kind: 'alert', alert: { ...alert, orders: [order], unread: [] } };
}
