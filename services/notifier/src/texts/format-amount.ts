import { Decimal, type DecimalString } from '@sluice/contracts';

/** Currencies whose smallest unit is the unit itself. */
const withoutCents = new Set(['KRW']);

/** With a point and groups of thousands in every language: figures are compared, not read aloud. Unknown: to the cent. */
export function formatAmount(value: DecimalString, currency: string | null): string {
  const cents = currency !== null && withoutCents.has(currency) ? 0 : 2;
  const [whole, fraction] = new Decimal(value).toFixed(cents).split('.');
  const grouped = whole!.replace(/\B(?=(\d{3})+$)/g, ',');
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}
