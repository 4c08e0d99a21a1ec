import type { AlertOrder } from '@sluice/contracts';
import { type BodyValue, type FieldError, formatPath, isBodyObject, NumberText } from './body-value.ts';
import type { NormalisedAlert } from './normalise-alert.ts';
import type { VenueSymbols } from './normalise-symbol.ts';
import { readTimestamp } from './read-timestamp.ts';
import { validateOrder } from './validate-order.ts';

const maxOrders = 200;
/** A body may have thousands of fields nobody knows; the answer names the first ones and counts the others. */
const maxWarnings = 50;

export type ValidAlert = {
  /** The sender's own id of the alert, from the body or the Idempotency-Key header. */
  alertId: string | null;
  firedAt: Date | null;
  orders: AlertOrder[];
  warnings: string[];
};

export type Validation = { kind: 'valid'; alert: ValidAlert } | { kind: 'refused'; errors: FieldError[] };

/**
 * Checks an alert whose sender is known. A refusal names every field that is wrong, not the first.
 *
 * @param known symbol lists of the exchange markets the strategy's accounts are on
 * @param idempotencyKey the request's header, another way to give `alert_id`
 */
export function validateAlert(
  alert: NormalisedAlert,
  known: readonly VenueSymbols[],
  idempotencyKey: string | null,
): Validation {
  const errors: FieldError[] = [];
  const warnings: string[] = alert.unread.map((field) => `${formatPath([field])}: unknown field, kept but not used`);
  const alertId = readAlertId(alert, idempotencyKey, errors);
  const firedAt = readFiredAt(alert.timestamp, errors);
  const orders: AlertOrder[] = [];

  for (const [index, order] of listOrders(alert.orders, errors).entries()) {
    const prefix = alert.batch ? formatPath(['orders', index]) : '';
    const at = (field: string): string => (prefix === '' ? field : `${prefix}.${field}`);
    if (!isBodyObject(order)) {
      errors.push({ path: prefix, message: 'must be an object with the fields of one order' });
      continue;
    }
    const valid = validateOrder(order, index, known, {
      refuse: (field, message) => errors.push({ path: at(field), message }),
      warn: (field, message) => warnings.push(`${at(field)}: ${message}`),
    });
    if (valid !== null) orders.push(valid);
  }
  if (errors.length > 0) return { kind: 'refused', errors };
  return { kind: 'valid', alert: { alertId, firedAt, orders, warnings: shorten(warnings) } };
}

function listOrders(orders: BodyValue, errors: FieldError[]): readonly BodyValue[] {
  const refuse = (message: string): readonly BodyValue[] => {
    errors.push({ path: 'orders', message });
    return [];
  };
  if (!Array.isArray(orders)) return refuse('must be a list of orders');
  if (orders.length === 0) return refuse('has no order in it');
  if (orders.length > maxOrders) return refuse(`has ${orders.length} orders; one alert may have ${maxOrders}`);
  return orders;
}

function readAlertId(alert: NormalisedAlert, header: string | null, errors: FieldError[]): string | null {
  const given = alert.alertId ?? null;
  const text = given instanceof NumberText ? given.source : given;
  const ids = [
    { path: 'alert_id', id: text },
    { path: 'Idempotency-Key', id: header },
  ].filter(({ id }) => id !== null);
  for (const { path, id } of ids) {
    if (typeof id !== 'string' || !/^[^\p{C}]{1,200}$/u.test(id)) {
      errors.push({ path, message: 'must be text of 1 to 200 characters' });
    } else if (typeof alert.token === 'string' && alert.token !== '' && id.includes(alert.token)) {
      // It is stored as it is, and the token is stored nowhere.
      errors.push({ path, message: 'must not contain the token' });
    }
  }
  if (ids.length === 2 && ids[0]!.id !== ids[1]!.id) {
    errors.push({ path: 'alert_id', message: 'differs from the Idempotency-Key header; give one of them' });
  }
  const id = ids[0]?.id;
  return typeof id === 'string' ? id : null;
}

function readFiredAt(timestamp: BodyValue | undefined, errors: FieldError[]): Date | null {
  if (timestamp === undefined || timestamp === null) return null;
  const at = readTimestamp(timestamp);
  if (at === null) {
    errors.push({ path: 'timestamp', message: 'must be ISO 8601 with a zone, such as 2025-10-10T08:34:30Z' });
  }
  return at;
}

function shorten(warnings: string[]): string[] {
  if (warnings.length <= maxWarnings) return warnings;
  return [...warnings.slice(0, maxWarnings), `and ${warnings.length - maxWarnings} more`];
}
