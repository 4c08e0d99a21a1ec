import { createHmac, timingSafeEqual } from 'node:crypto';

const signatureParameter = /(?:^|&)signature=([^&]*)/;

/** HMAC-SHA256 in lower-case hex over the parameters exactly as sent. */
export const sign = (secret: string, payload: string): string =>
  createHmac('sha256', secret).update(payload).digest('hex');

/**
 * Splits the signature off. What is signed is the query string followed by the body, with nothing between them, in
 * the order and encoding of the sender.
 */
export function splitSignature(query: string, body: string): { payload: string; signature: string | undefined } {
  const signature = signatureParameter.exec(query)?.[1] ?? signatureParameter.exec(body)?.[1];
  const strip = (text: string): string => text.replace(signatureParameter, '').replace(/^&/, '');
  return { payload: strip(query) + strip(body), signature };
}

export function isSignedBy(secret: string, payload: string, signature: string): boolean {
  const expected = Buffer.from(sign(secret, payload));
  const given = Buffer.from(signature.toLowerCase());
  return expected.length === given.length && timingSafeEqual(expected, given);
}
