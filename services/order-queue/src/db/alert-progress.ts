import type { Tx } from '@sluice/service-runtime';

/** What the answer of an alert is composed of, as stored. */
export type AlertFacts = {
  alertId: string;
  strategy: string;
  accounts: string[];
  /** As stored; a damaged alert is answered too. */
  orders: unknown;
  warnings: string[] | null;
  receivedAt: Date;
  verdicts: { account: string; verdict: string | null }[];
  entries: {
    id: number;
    account: string;
    orderIndex: number;
    type: string;
    status: string;
    exchangeOrderId: string | null;
    reachedExchange: boolean;
    retryAt: string | null;
    failureType: string | null;
    failureCode: string | null;
    failureMessage: string | null;
    announced: boolean;
  }[];
  denied: { account: string; orderIndex: number; failureType: string; message: string }[];
  cancels: { account: string; orderIndex: number; cancelled: number; unresolved: number; error: string | null }[];
  pairs: { account: string; symbol: string; executed: number; cancelled: number; failed: number; durationMs: number }[];
};

/**
 * Of some alerts, everything the answer is composed of, for those whose answer is due: planned on every account, nothing
 * of theirs in motion, not answered yet. The advisory locks, taken in order, make transactions that end the last two
 * motions of one alert decide one after the other; the second sees what the first committed because the question is a
 * statement of its own, sent along with the lock.
 */
export async function lockCompletedAlerts(tx: Tx, alertIds: string[]): Promise<AlertFacts[]> {
  if (alertIds.length === 0) return [];
  const [, completed] = await Promise.all([lockAlerts(tx, alertIds), readCompletedAlerts(tx, alertIds)]);
  return completed;
}

/** Only those without an answer: a CANCEL may touch more alerts than the server has locks, and nearly all are answered. */
async function lockAlerts(tx: Tx, alertIds: string[]): Promise<void> {
  await tx`
    select pg_advisory_xact_lock(hashtextextended(id, 73))
    from (select id from unnest(${alertIds}::text[]) with ordinality u(id, place)
          where not exists (select from orders.alert_answer w where w.alert_id = u.id) order by place) open`;
}

async function readCompletedAlerts(tx: Tx, alertIds: string[]): Promise<AlertFacts[]> {
  return await tx<AlertFacts[]>`
    select a.id as "alertId", a.strategy, a.accounts, a.orders, a.warnings, a.received_at as "receivedAt",
      (select coalesce(jsonb_agg(jsonb_build_object('account', p.account, 'verdict', p.verdict)), '[]')
        from orders.alert_account p where p.alert_id = a.id) as verdicts,
      (select coalesce(jsonb_agg(jsonb_build_object('id', e.id, 'account', e.account, 'orderIndex', e.order_index,
          'type', e.type, 'status', e.status, 'exchangeOrderId', t.exchange_order_id,
          'reachedExchange', t.exchange_order_id is not null, 'retryAt', e.retry_at, 'failureType', e.failure_type,
          'failureCode', e.failure_code, 'failureMessage', e.failure_message, 'announced', e.announced)), '[]')
        from orders.entry e
        left join lateral (select t.exchange_order_id from orders.attempt t
          where t.order_id = e.id and t.exchange_order_id is not null order by t.number desc limit 1) t on true
        where e.alert_id = a.id) as entries,
      (select coalesce(jsonb_agg(jsonb_build_object('account', d.account, 'orderIndex', d.order_index,
          'failureType', d.failure_type, 'message', d.message)), '[]')
        from orders.denied_order d where d.alert_id = a.id) as denied,
      (select coalesce(jsonb_agg(jsonb_build_object('account', c.account, 'orderIndex', c.order_index,
          'error', c.error,
          'cancelled', (select count(*) from orders.entry e where e.id = any(c.order_ids) and e.status = 'cancelled'),
          'unresolved', (select count(*) from orders.entry e where e.id = any(c.order_ids)
                         and e.status in ('unresolved_place', 'unresolved_cancel')))), '[]')
        from orders.cancel_request c where c.alert_id = a.id) as cancels,
      (select coalesce(jsonb_agg(to_jsonb(m)), '[]') from (
          select e.account, e.symbol,
            count(*) filter (where v.kind in ('sent', 'filled') and e.type <> 'MARKET')::int as executed,
            count(*) filter (where v.kind = 'demoted')::int as cancelled,
            count(*) filter (where v.kind in ('failed', 'rejected'))::int as failed,
            round((extract(epoch from max(v.at) - min(v.at)) * 1000)::numeric, 1)::float as "durationMs"
          from orders.event v join orders.entry e on e.id = v.order_id
          where v.cause = a.id group by e.account, e.symbol) m) as pairs
    from gateway.alert_to_plan a
    where a.id = any(${alertIds}::text[])
      and not exists (select from orders.alert_answer w where w.alert_id = a.id)
      and (select count(*) from orders.alert_account p where p.alert_id = a.id) = cardinality(a.accounts)
      and not exists (select from orders.entry e where e.alert_id = a.id and e.status = 'submitting')
      and not exists (select from orders.entry e where e.cause_alert = a.id and e.status in ('submitting', 'cancelling'))
      and not exists (select from orders.entry e where e.cancel_alert = a.id and e.status in ('submitting', 'cancelling'))
    order by a.id`;
}

/** Stores the answers; each is written once. */
export async function insertAnswers(tx: Tx, answers: { alertId: string; body: unknown }[]): Promise<void> {
  await tx`
    insert into orders.alert_answer (alert_id, body)
    select "alertId", body from jsonb_to_recordset(${tx.json(answers as never)}) r("alertId" text, body jsonb)
    on conflict (alert_id) do nothing`;
}
