import type { GatewayClient, Query } from './gateway-client.ts';

const pageSize = 500;

/** A list of the gateway, page by page, up to `limit` rows; `more` when there are further ones. */
export async function readList<T>(
  gateway: GatewayClient,
  path: string,
  name: string,
  { limit, query = {} }: { limit: number; query?: Query },
): Promise<{ rows: T[]; more: boolean }> {
  const rows: T[] = [];
  let cursor: string | undefined;
  do {
    const size = Math.min(pageSize, limit - rows.length);
    const page = await gateway.get<Record<string, T[]> & { next: string | null }>(path, {
      ...query,
      limit: size,
      cursor,
    });
    rows.push(...(page[name] ?? []));
    cursor = page.next ?? undefined;
  } while (cursor !== undefined && rows.length < limit);
  return { rows, more: cursor !== undefined };
}
