import { createHash } from 'node:crypto';
import { type BodyValue, isBodyObject, NumberText } from './body-value.ts';

const masked = '***';

/**
 * The body without its webhook token: every field called `token` is left out and every other text that contains the
 * token is masked, so that what is stored, hashed and logged cannot be used to send an alert.
 */
export function redactToken(value: BodyValue, token: string): BodyValue {
  const has = (text: string): boolean => token !== '' && text.includes(token);
  if (typeof value === 'string') return has(value) ? masked : value;
  if (value instanceof NumberText) return has(value.source) ? masked : value;
  if (Array.isArray(value)) return value.map((item) => redactToken(item, token));
  if (isBodyObject(value)) {
    const kept: Record<string, BodyValue> = Object.create(null);
    for (const [key, member] of Object.entries(value)) {
      if (key.toLowerCase() === 'token') continue;
      kept[has(key) ? masked : key] = redactToken(member, token);
    }
    return kept;
  }
  return value;
}

/**
 * The beginning of a text that could not be read, for the dead letter. Where no structure says which part is the
 * token, whatever follows the word is taken for one, and so is every word whose hash is a known token's.
 */
export function redactUnreadable(text: string, knownTokenHashes: ReadonlySet<string>, keep: number): string {
  // Masking can shorten the text, and a token on the cut must still be whole when it is looked for.
  const head = text.slice(0, keep * 2);
  return head
    .replace(/(["']?\btoken\b["']?\s*[:=]\s*)("(?:[^"\\]|\\.)*"?|'[^']*'?|[^\s,}&]+)/gi, `$1"${masked}"`)
    .replace(/[^\s"'`,:;=&(){}[\]<>\\]{1,256}/g, (word) => (knownTokenHashes.has(hashToken(word)) ? masked : word))
    .slice(0, keep);
}

/** A text of our own about a body, without the token. */
export function maskToken(text: string, token: string): string {
  return token === '' ? text : text.replaceAll(token, masked);
}

/** What the configuration keeps of a token. */
export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
