import type { SqlOrTx } from '@sluice/service-runtime';

export type DeadLetter = {
  reason: 'unreadable' | 'unauthenticated' | 'malformed' | 'id_conflict';
  /** Only where the token was right. */
  strategy: string | null;
  detail: string;
  /** Its beginning, without the token. */
  body: string;
  bytes: number;
};

/** Per hour and reason. A sender gone wild is visible in the count; its bodies are all alike. */
const lettersPerHour = 1_000;

/** Keeps a refused request for whoever looks for it. True when it was kept and not only counted. */
export async function storeDeadLetter(sql: SqlOrTx, letter: DeadLetter): Promise<boolean> {
  const [row] = await sql<[{ kept: boolean }]>`
    select gateway.store_dead_letter(${letter.reason}, ${letter.strategy}, ${storable(letter.detail)},
      ${storable(letter.body)}, ${letter.bytes}, ${lettersPerHour}) as kept`;
  return row.kept;
}

/** Postgres text holds every character but this one. */
function storable(text: string): string {
  return text.replaceAll('\0', '\u2400');
}
