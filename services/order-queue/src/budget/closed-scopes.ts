import { channels, inWords, type Notification, queues } from '@sluice/contracts';
import { closeScope, type Notifier, readClosedScopes, type Sql } from '@sluice/service-runtime';
import { getLogger } from '@sluice/telemetry';
import type { PgBoss } from 'pg-boss';
import { warn } from '../watching/warn.ts';

const log = getLogger('sending');

/**
 * Scopes in which the exchange has refused a request for its rate, over all replicas. Nothing more is sent in them until
 * the exchange takes requests again: whoever goes on after a 429 is shut out (418), for up to three days.
 */
export class ClosedScopes {
  readonly #deps: { sql: Sql; boss: PgBoss; notifier: Notifier };
  #until = new Map<string, number>();

  constructor(deps: { sql: Sql; boss: PgBoss; notifier: Notifier }) {
    this.#deps = deps;
  }

  /** Until when nothing is sent in any of the scopes, ms since the epoch; null when all are open. */
  closedUntil(scopes: string[], now: number): number | null {
    const until = Math.max(...scopes.map((scope) => this.#until.get(scope) ?? 0));
    return until > now ? until : null;
  }

  /** Closes a scope here at once, and in every replica as soon as it has heard of it. Tells a person, once. */
  close(scope: string, until: number, banned: boolean, reason: string): void {
    if ((this.#until.get(scope) ?? 0) >= until) return;
    this.#until.set(scope, until);
    void this.#tell(scope, until, banned, reason).catch((error) => {
      log.warn('the other replicas could not be told that %s is closed', scope, error);
    });
  }

  /** What any replica was told by the exchange. */
  async refresh(): Promise<void> {
    for (const { scope, until } of await readClosedScopes(this.#deps.sql)) {
      this.#until.set(scope, Math.max(until, this.#until.get(scope) ?? 0));
    }
  }

  async #tell(scope: string, until: number, banned: boolean, reason: string): Promise<void> {
    const { sql, boss, notifier } = this.#deps;
    const first = await closeScope(sql, { scope, until, reason });
    notifier.notify(channels.rateClosed);
    if (!first) return;
    const at = new Date().toISOString();
    const open = new Date(until).toISOString();
    const words = inWords({ code: 'rate_closed', scope, banned, until: open, answer: reason });
    const message: Notification = { kind: 'rate_limited', key: `rate:${scope}`, at, banned, ...words };
    warn(message);
    await boss.insert(queues.notify, [{ data: message }]);
  }
}
