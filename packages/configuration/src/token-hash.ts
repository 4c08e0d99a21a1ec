import { createHash } from 'node:crypto';

/** SHA-256 of a webhook token in lower-case hex: how tokens are stored and compared. */
export function tokenHash(token: string): string {
  return createHash('sha256').update(token, 'utf8').digest('hex');
}
