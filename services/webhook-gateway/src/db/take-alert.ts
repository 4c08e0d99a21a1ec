import type { AlertOrder } from '@sluice/contracts';
import type { SqlOrTx } from '@sluice/service-runtime';

/** An authenticated, valid alert, ready to be stored; nothing in it holds the token. */
export type AlertToStore = {
  id: string;
  strategy: string;
  tokenHash: string;
  bodyHash: Buffer;
  alertId: string | null;
  firedAt: Date | null;
  body: string;
  orders: AlertOrder[];
  warnings: string[];
};

export type Taken =
  | { outcome: 'taken'; arrival: number }
  | { outcome: 'refused'; refusal: string }
  | { outcome: 'duplicate'; original: string }
  | { outcome: 'id_conflict'; original: string }
  | { outcome: 'not_configured' };

/** An equal body this long after one that was not answered is a resend of it; TradingView resends for 15 s. */
const resendWindow = '30 seconds';
const alertIdKept = '7 days';

/** Stores the alert, or says why it is none: see gateway.take_alert. Inside the transaction that enqueues its job. */
export async function takeAlert(tx: SqlOrTx, alert: AlertToStore): Promise<Taken> {
  const [row] = await tx<[Taken]>`
    select outcome, original, refusal, arrival from gateway.take_alert(
      ${alert.id}, ${alert.strategy}, ${alert.tokenHash}, ${alert.bodyHash}, ${alert.alertId}, ${alert.firedAt},
      ${alert.body}, ${tx.json(alert.orders)}, ${tx.json(alert.warnings)},
      ${resendWindow}::interval, ${alertIdKept}::interval)`;
  return row;
}

/** What a transaction whose commit was not confirmed has done; null when it left nothing. */
export async function findTaken(sql: SqlOrTx, id: string, strategy: string): Promise<Taken | null> {
  const [row] = await sql<[Taken | { outcome: null }]>`
    select outcome, original, refusal, arrival from gateway.find_taken(${id}, ${strategy})`;
  return row.outcome === null ? null : row;
}
