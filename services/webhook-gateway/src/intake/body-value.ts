/** A number of the body as it was written: `95000.10` keeps its zero and `1e999` is not yet Infinity. */
export class NumberText {
  readonly source: string;
  constructor(source: string) {
    this.source = source;
  }
}

/** A JSON value whose numbers are still text and whose objects have no prototype. */
export type BodyValue = null | boolean | string | NumberText | readonly BodyValue[] | BodyObject;
export type BodyObject = { readonly [key: string]: BodyValue };

export function isBodyObject(value: BodyValue | undefined): value is BodyObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof NumberText);
}

/** The value as JSON text, numbers exactly as they were read. */
export function printBody(value: BodyValue): string {
  if (value instanceof NumberText) return value.source;
  if (Array.isArray(value)) return `[${value.map(printBody).join(',')}]`;
  if (isBodyObject(value)) {
    const members = Object.entries(value).map(([key, member]) => `${JSON.stringify(key)}:${printBody(member)}`);
    return `{${members.join(',')}}`;
  }
  return JSON.stringify(value);
}

/** How a person finds the value again: `orders[3].price`, or `body` for the whole. */
export function formatPath(path: readonly (string | number)[]): string {
  let text = '';
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`;
    else if (/^[A-Za-z_][A-Za-z0-9_]{0,63}$/.test(step)) text += text === '' ? step : `.${step}`;
    else text += `[${JSON.stringify(step.slice(0, 64))}]`;
  }
  return text === '' || text.startsWith('[') ? `body${text}` : text;
}

/** What is wrong and where; the answer names every one of them. */
export type FieldError = { path: string; message: string };
