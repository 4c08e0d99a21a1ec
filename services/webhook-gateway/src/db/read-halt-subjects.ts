import type { SqlOrTx } from '@sluice/service-runtime';

export type HaltSubjects = {
  strategies: string[];
  accounts: string[];
  /** Rises with time, over all gateways: of a halt and a resume, the later one decides. */
  request: number;
};

/** What can be halted by name: what is configured, and what is halted still though it was taken out. */
export async function readHaltSubjects(sql: SqlOrTx): Promise<HaltSubjects> {
  const [row] = await sql<[HaltSubjects]>`
    select
      array(select name from config.strategy where removed_at is null
            union select name from orders.halt_in_force where scope = 'strategy' order by name) as strategies,
      array(select name from config.account where removed_at is null
            union select name from orders.halt_in_force where scope = 'account' order by name) as accounts,
      (extract(epoch from clock_timestamp()) * 1000000)::bigint as request`;
  return row;
}
