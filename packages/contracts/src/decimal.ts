import { Decimal as DecimalJs } from 'decimal.js';

/**
 * The one decimal type for money and quantities: exact, never a float. 60 significant digits hold any product of two
 * exchange figures (at most 28 digits each) without rounding.
 */
export const Decimal = DecimalJs.clone({
  precision: 60,
  toExpNeg: -30,
  toExpPos: 30,
  rounding: DecimalJs.ROUND_HALF_EVEN,
});
export type Decimal = InstanceType<typeof Decimal>;

/** A decimal number as text, e.g. `"95000.1"`; the shape of money wherever it crosses a process or database boundary. */
export type DecimalString = string;
