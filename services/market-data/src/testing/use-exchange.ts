import type { Sql } from '@sluice/service-runtime';

/** Configures one account on Binance USD-M at `endpoint`, as the configuration command would. */
export async function useExchange(sql: Sql, endpoint: string): Promise<void> {
  await sql`
    insert into config.venue (name, endpoint) values ('binance-usdm', ${endpoint})
    on conflict (name) do update set endpoint = excluded.endpoint`;
  await sql`
    insert into config.account (name, venue, api_key, api_secret, margin_mode)
    values ('main', 'binance-usdm', '{"env":"KEY"}', '{"env":"SECRET"}', 'cross')
    on conflict (name) do nothing`;
  await sql`notify config_changed`;
}
