import { Decimal } from 'decimal.js';
import { Refusal } from '../../matching/refusal.ts';
import { binanceRefusals as refusals } from './refusals.ts';

const DECIMAL_RANGE = '^([0-9]{1,20})(\\.[0-9]{1,20})?$';
const decimalPattern = new RegExp(DECIMAL_RANGE);
const INTEGER_RANGE = '^[0-9]{1,20}$';
const integerPattern = new RegExp(INTEGER_RANGE);

/**
 * Named parameters of one request, or of one element of a batch. Reading one gives its value, undefined when it was
 * not sent, or the refusal the venue answers to a malformed one.
 */
export class Parameters {
  readonly #values: ReadonlyMap<string, string>;

  constructor(values: ReadonlyMap<string, string>) {
    this.#values = values;
  }

  /** Query string first: where both carry a name, the venue takes the query's. */
  static fromUrlEncoded(query: string, body: string): Parameters {
    const values = new Map<string, string>();
    for (const text of [query, body]) {
      if (text === '') continue;
      for (const [name, value] of new URLSearchParams(text)) if (!values.has(name)) values.set(name, value);
    }
    return new Parameters(values);
  }

  /** One element of `batchOrders`: a flat JSON object; clients send numbers and booleans as well as text. */
  static fromJson(element: unknown): Parameters | Refusal {
    if (typeof element !== 'object' || element === null || Array.isArray(element)) {
      return refusals.badParameter('batchOrders');
    }
    const values = new Map<string, string>();
    for (const [name, value] of Object.entries(element)) if (value !== null) values.set(name, String(value));
    return new Parameters(values);
  }

  text(name: string): string | undefined {
    return this.#values.get(name);
  }

  mandatory(name: string): string | Refusal {
    const value = this.#values.get(name);
    return value === undefined || value === '' ? refusals.mandatory(name) : value;
  }

  decimal(name: string): Decimal | undefined | Refusal {
    const value = this.#values.get(name);
    if (value === undefined) return undefined;
    if (value === '') return refusals.paramEmpty(name);
    return decimalPattern.test(value) ? new Decimal(value) : refusals.illegalChars(name, DECIMAL_RANGE);
  }

  mandatoryDecimal(name: string): Decimal | Refusal {
    return this.#values.get(name) ? (this.decimal(name) as Decimal | Refusal) : refusals.mandatory(name);
  }

  integer(name: string): number | undefined | Refusal {
    const value = this.#values.get(name);
    if (value === undefined) return undefined;
    if (value === '') return refusals.paramEmpty(name);
    return integerPattern.test(value) ? Number(value) : refusals.illegalChars(name, INTEGER_RANGE);
  }

  boolean(name: string): boolean | Refusal {
    const value = this.#values.get(name)?.toLowerCase();
    if (value === undefined || value === 'false') return false;
    return value === 'true' ? true : refusals.badParameter(name);
  }

  /** A list in JSON notation; the venue accepts the name in either case, and so do its clients use it. */
  list(...names: string[]): (string | number)[] | undefined | Refusal {
    const value = names.map((name) => this.#values.get(name)).find((found) => found !== undefined);
    if (value === undefined) return undefined;
    try {
      const parsed: unknown = JSON.parse(value);
      if (Array.isArray(parsed) && parsed.every((item) => typeof item === 'string' || typeof item === 'number')) {
        return parsed;
      }
    } catch {
      // Not JSON: answered below like any other malformed list.
    }
    return refusals.badParameter(names[0] ?? '');
  }
}

/** The first refusal among values read, so that a parser can read all of them and then look once. */
export const firstRefusal = (...values: unknown[]): Refusal | undefined =>
  values.find((value): value is Refusal => value instanceof Refusal);
