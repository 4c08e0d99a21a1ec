import { Decimal } from 'decimal.js';
import type { Refusal } from '../../../matching/refusal.ts';
import { refusals } from '../refusals.ts';

const decimalText = /^\d{1,20}(\.\d{1,20})?$/;

/** Named parameters of one call, from a query or a JSON body, or of one element of a batch. */
export class Parameters {
  readonly #values: Readonly<Record<string, unknown>>;

  constructor(values: Readonly<Record<string, unknown>>) {
    this.#values = values;
  }

  /** Of a call as it was sent; a body that is no object names nothing. */
  static of(method: string, query: string, body: string): Parameters {
    if (method !== 'POST') return new Parameters(Object.fromEntries(new URLSearchParams(query)));
    try {
      return Parameters.ofElement(JSON.parse(body));
    } catch {
      return new Parameters({});
    }
  }

  static ofElement(value: unknown): Parameters {
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return new Parameters(isObject ? (value as Record<string, unknown>) : {});
  }

  /** Undefined where it was not sent or is empty, which is the same here. */
  text(name: string): string | undefined {
    const value = this.#values[name];
    if (value === undefined || value === null || value === '' || typeof value === 'object') return undefined;
    return String(value);
  }

  decimal(name: string): Decimal | undefined | Refusal {
    const text = this.text(name);
    if (text === undefined) return undefined;
    return decimalText.test(text) ? new Decimal(text) : refusals.badParameter(name);
  }

  integer(name: string): number | undefined | Refusal {
    const text = this.text(name);
    if (text === undefined) return undefined;
    return /^\d{1,16}$/.test(text) ? Number(text) : refusals.badParameter(name);
  }

  flag(name: string): boolean {
    return this.text(name) === 'true';
  }

  /** The elements of a batch. */
  list(name: string): Parameters[] | undefined {
    const value = this.#values[name];
    return Array.isArray(value) ? value.map((element) => Parameters.ofElement(element)) : undefined;
  }
}
