import { createHash, timingSafeEqual } from 'node:crypto';
import type { MiddlewareHandler } from 'hono';

/** Answers 401 to whoever does not send `Authorization: Bearer <token>`. Compared in constant time, whatever its length. */
export function adminOnly(token: string): MiddlewareHandler {
  const expected = digest(token);
  return async (c, next) => {
    const given = /^Bearer +(.+)$/i.exec(c.req.header('authorization') ?? '')?.[1] ?? '';
    if (timingSafeEqual(digest(given), expected)) return await next();
    const message = 'must be "Bearer" and the admin token';
    return c.json(
      { success: false, error: `Authorization: ${message}`, errors: [{ path: 'Authorization', message }] },
      401,
      { 'WWW-Authenticate': 'Bearer' },
    );
  };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
