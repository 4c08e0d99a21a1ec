import { Decimal, type DecimalString } from '@sluice/contracts';
import { type BodyValue, NumberText } from './body-value.ts';

export type DecimalReading = { kind: 'decimal'; text: DecimalString } | { kind: 'refused'; message: string };

/** More digits than any exchange figure has, few enough that a product of two stays exact. */
const maxDigits = 28;
const plain = /^\d+(\.\d+)?$/;
const scientific = /^\d+(\.\d+)?[eE][+-]?\d{1,3}$/;

/**
 * A positive decimal in plain notation, digit for digit as the body had it. Nothing is repaired: `1,000` is a thousand
 * to one sender and one to another.
 */
export function readDecimal(value: BodyValue): DecimalReading {
  if (typeof value !== 'string' && !(value instanceof NumberText)) return refused(`must be a decimal number`);
  const text = (typeof value === 'string' ? value : value.source).trim();
  if (text === '') return refused('is empty');
  if (/^-?\d{1,3}(,\d{3})+(\.\d+)?$/.test(text)) return refused(`${show(text)} has thousands commas; write it without`);
  if (/^-/.test(text) && (plain.test(text.slice(1)) || scientific.test(text.slice(1)))) {
    return refused(`${show(text)} must be above 0`);
  }
  if (!plain.test(text) && !scientific.test(text)) return refused(`${show(text)} is not a decimal number`);
  const decimal = new Decimal(text);
  if (decimal.isZero()) return refused('must be above 0');
  if (Math.abs(decimal.e) > maxDigits || decimal.precision(true) > maxDigits || decimal.decimalPlaces() > maxDigits) {
    return refused(`${show(text)} has more than ${maxDigits} digits`);
  }
  return { kind: 'decimal', text: plain.test(text) ? text : decimal.toFixed() };
}

function refused(message: string): DecimalReading {
  return { kind: 'refused', message };
}

function show(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
}
