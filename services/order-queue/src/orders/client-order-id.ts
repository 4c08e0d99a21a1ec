import { createHash } from 'node:crypto';

const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** 62^21 is 125 bits: two attempts of one installation never share an id. */
const bodyLength = 21;
/** All exchanges accept `[A-Za-z0-9_-]{1,36}`; what the hash and the hyphen leave is the installation's. */
const installationPattern = /^[A-Za-z0-9_-]{1,14}$/;
const bodyPattern = /^[0-9A-Za-z]{21}$/;

/**
 * The client order id of one attempt. Computed from its cause, so a resend of the same attempt carries the same id and
 * the exchange recognises it.
 */
export function clientOrderId(of: { installation: string; orderUuid: string; attempt: number }): string {
  if (!installationPattern.test(of.installation)) {
    throw new Error(`installation "${of.installation}" must be 1 to 14 of A-Z a-z 0-9 _ - to fit a client order id`);
  }
  const hash = createHash('sha256').update(`${of.installation}/${of.orderUuid}/${of.attempt}`).digest('hex');
  let rest = BigInt(`0x${hash}`);
  let body = '';
  while (body.length < bodyLength) {
    body += digits.charAt(Number(rest % 62n));
    rest /= 62n;
  }
  return `${of.installation}-${body}`;
}

/** Whether an order found on the exchange was placed by this installation; all others are foreign and left alone. */
export function isOurs(id: string | null, installation: string): id is string {
  // The body has no hyphen, so installation "a" never claims an order of installation "a-b".
  if (id === null) return false;
  return id.startsWith(`${installation}-`) && bodyPattern.test(id.slice(installation.length + 1));
}
