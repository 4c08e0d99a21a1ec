import { createHash, timingSafeEqual } from 'node:crypto';
import type { Context, MiddlewareHandler } from 'hono';

/** Answers 401 to whoever does not send `Authorization: Bearer <token>`. Compared in constant time, whatever its length. */
export function adminOnly(token: string): MiddlewareHandler {
  const isAdmin = isToken(token);
  return async (c, next) => {
    if (isAdmin(bearerToken(c))) return await next();
    return unauthorized(c, 'must be "Bearer" and the admin token');
  };
}

/** What follows `Bearer` in the Authorization header, empty where nothing does. */
export function bearerToken(c: Context): string {
  return /^Bearer +(.+)$/i.exec(c.req.header('authorization') ?? '')?.[1] ?? '';
}

/** Whether what is given is `token`, in constant time. */
export function isToken(token: string): (given: string) => boolean {
  const expected = digest(token);
  return (given) => timingSafeEqual(digest(given), expected);
}

export function unauthorized(c: Context, message: string): Response {
  const errors = [{ path: 'Authorization', message }];
  return c.json({ success: false, error: `Authorization: ${message}`, errors }, 401, { 'WWW-Authenticate': 'Bearer' });
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
