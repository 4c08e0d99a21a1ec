import { setTimeout as pause } from 'node:timers/promises';
import type { AlertAnswer, DryRunAnswer } from '@sluice/contracts';
import { tokenOf } from './test-configuration.ts';

export type Answer<T = AlertAnswer> = { status: number; body: T; headers: Headers; ms: number };

/** Fields of an alert as TradingView sends them; `group_name` names the strategy, its token is added. */
export type AlertBody = { group_name: string } & Record<string, unknown>;

export type AlertOptions = {
  /** Which gateway, from 0. */
  gateway?: number;
  /** Sends again when there was no answer or a 5xx, as a sender of webhooks does. */
  resends?: { times: number; everyMs: number };
};

const settledWithinMs = 20_000;

export const adminToken = 'test-admin-token';

/** What a sender of alerts and an operator can do over HTTP. */
export class GatewayClient {
  readonly #urls: readonly string[];

  constructor(urls: readonly string[]) {
    this.#urls = urls;
  }

  async alert(body: AlertBody, { gateway = 0, resends }: AlertOptions = {}): Promise<Answer> {
    for (let left = resends?.times ?? 0; ; left--) {
      try {
        const answer = await this.post<AlertAnswer>('/api/webhook', body, gateway);
        if (answer.status < 500 || left <= 0) return answer;
      } catch (error) {
        if (left <= 0) throw error;
      }
      await pause(resends!.everyMs);
    }
  }

  /** An alert and its result. On a machine that is busy with other things that may come later than the first answer. */
  async settled(body: AlertBody, options?: AlertOptions): Promise<AlertAnswer> {
    let { status, body: answer } = await this.alert(body, options);
    const giveUpAt = performance.now() + settledWithinMs;
    for (const { id } = answer; status === 202 && performance.now() < giveUpAt; await pause(50)) {
      ({ status, body: answer } = await this.get<AlertAnswer>(`/api/webhook/${id}`, {}, options?.gateway));
    }
    if (status !== 200) throw new Error(`the alert was answered ${status}: ${JSON.stringify(answer)}`);
    return answer;
  }

  async dryRun(body: AlertBody): Promise<Answer<DryRunAnswer>> {
    return await this.post<DryRunAnswer>('/api/webhook?dry_run=1', body, 0);
  }

  async post<T = unknown>(path: string, body: AlertBody, gateway = 0): Promise<Answer<T>> {
    const text = JSON.stringify({ token: tokenOf(body.group_name), ...body });
    return await this.#call<T>(gateway, path, { method: 'POST', body: text });
  }

  async get<T = unknown>(path: string, headers: Record<string, string> = {}, gateway = 0): Promise<Answer<T>> {
    return await this.#call<T>(gateway, path, { headers });
  }

  /** A request as it is, for what a well-behaved client would not send. */
  async request<T = unknown>(path: string, init: RequestInit, gateway = 0): Promise<Answer<T>> {
    return await this.#call<T>(gateway, path, init);
  }

  async asAdmin<T = unknown>(path: string): Promise<Answer<T>> {
    return await this.get<T>(path, { Authorization: `Bearer ${adminToken}` });
  }

  /** An operator's POST; the answer whatever its status. */
  async command<T = { success: boolean; error?: string }>(path: string, body: object, gateway = 0): Promise<Answer<T>> {
    const headers = { Authorization: `Bearer ${adminToken}` };
    return await this.#call<T>(gateway, path, { method: 'POST', headers, body: JSON.stringify(body) });
  }

  async #call<T>(gateway: number, path: string, init: RequestInit): Promise<Answer<T>> {
    const begun = performance.now();
    const response = await fetch(`${this.#urls[gateway]}${path}`, init);
    const type = response.headers.get('content-type') ?? '';
    // A stream of events has no end; that it began is its answer.
    if (type.includes('event-stream')) await response.body?.cancel();
    const text = type.includes('event-stream') ? '' : await response.text();
    const isJson = type.includes('json');
    const body = (isJson ? JSON.parse(text) : text) as T;
    return { status: response.status, body, headers: response.headers, ms: performance.now() - begun };
  }
}
