import { setTimeout as sleep } from 'node:timers/promises';
import { type ClassifiedFailure, classifyFailure, type FailedAnswer } from '../classify/classify-failure.ts';
import type { FailedCall } from '../classify/failure-row.ts';
import { type AccessTokens, type Credentials, ExchangeError, type Failure, type RequestStamp } from '../exchange.ts';
import { createHttpClient, type HttpResult } from '../http/http-client.ts';
import type { RateUsage } from '../rate-limits.ts';
import { type KisDomain, kisDomain } from './kis-domain.ts';
import { kisLimits } from './rate-costs.ts';

export type KisRequest = {
  method: 'GET' | 'POST';
  path: string;
  transaction: string;
  fields: Record<string, string>;
  /** The next page of what was asked before. */
  next?: boolean;
  /** Of a write: what leaves later than this is not sent. */
  stamp?: RequestStamp;
};

/** The body of an answer with `rt_cd` 0, or what its failure means. `more`: another page follows. */
export type KisAnswer =
  | { ok: true; body: Record<string, unknown>; more: boolean }
  | ({ ok: false } & ClassifiedFailure);

/** What every call needs: a line to KIS with keys and token, and whose account it is. */
export type KisConnection = {
  domain: KisDomain;
  /** The two fields that name the account, in every request about it. */
  account: { CANO: string; ACNT_PRDT_CD: string };
  now: () => number;
  /** Never throws. Texts in the answer are free of keys and tokens. */
  ask(call: FailedCall, request: KisRequest, timeoutMs?: number): Promise<KisAnswer>;
  /** The same for reading methods: the body, or an {@link ExchangeError}. */
  read(request: KisRequest, timeoutMs?: number): Promise<{ body: Record<string, unknown>; more: boolean }>;
  close(): void;
};

/** As for every exchange: an answer to an order that is not there by then is not waited for. */
const TIMEOUT_MS = 10_000;
/** KIS counts by the second. */
const WINDOW_MS = 1_000;
/** The venue itself says that the token is at fault, also with HTTP 200. */
const tokenFaults = ['EGW00121', 'EGW00122', 'EGW00123'];

export function createKisConnection(options: {
  credentials: Credentials;
  endpoint: string | null;
  tokens: AccessTokens;
  now?: (() => number) | undefined;
  onUsage?: ((usage: RateUsage) => void) | undefined;
}): KisConnection {
  const { credentials, tokens } = options;
  const now = options.now ?? Date.now;
  const domain = kisDomain(options.endpoint);
  const http = createHttpClient();
  const spacingMs = Math.ceil(WINDOW_MS / kisLimits(domain)[0]!.limit);
  let freeAt = 0;

  /** The shared budget gives out a second's requests; spread over it, no second has more, however KIS counts them. */
  async function paced(): Promise<void> {
    const at = Math.max(performance.now(), freeAt);
    freeAt = at + spacingMs;
    const waitMs = at - performance.now();
    if (waitMs > 0) await sleep(waitMs);
  }

  const ask: KisConnection['ask'] = async (call, request, timeoutMs = TIMEOUT_MS) => {
    let token: string;
    try {
      token = await tokens.current();
    } catch (error) {
      // No token, no request: nothing has left this machine.
      return { ok: false, outcome: 'refused', failure: failureWithoutToken(error) };
    }
    await paced();
    const late = request.stamp === undefined ? null : tooLate(request.stamp, now());
    if (late !== null) return { ok: false, outcome: 'refused', failure: late };
    const secrets = [token, credentials.apiKey, credentials.secret];
    const sentAt = now();
    const get = request.method === 'GET';
    const result = await http.send({
      url: `${domain.origin}${request.path}${get ? `?${new URLSearchParams(request.fields)}` : ''}`,
      method: request.method,
      headers: {
        'content-type': 'application/json; charset=utf-8',
        authorization: `Bearer ${token}`,
        appkey: credentials.apiKey,
        appsecret: credentials.secret,
        tr_id: request.transaction,
        tr_cont: request.next ? 'N' : '',
        custtype: 'P',
      },
      body: get ? undefined : JSON.stringify(request.fields),
      timeoutMs,
    });
    const answer = withoutSecrets(readKisAnswer(result, call), secrets);
    if (!answer.ok && tokenFaults.includes(answer.failure.code ?? '')) tokens.drop(token);
    if (!answer.ok && answer.failure.type === 'rate_limit') {
      const { code, message } = answer.failure;
      const refused = {
        kind: 'orders',
        banned: false,
        retryAfterMs: WINDOW_MS,
        message: `${code}: ${message}`,
      } as const;
      options.onUsage?.({ sentAt, receivedAt: now(), counts: [], refused });
    }
    return answer;
  };

  return {
    domain,
    account: accountFields(credentials.accountNumber),
    now,
    ask,
    async read(request, timeoutMs) {
      const answer = await ask('read', request, timeoutMs);
      if (!answer.ok) throw new ExchangeError(answer.failure);
      return answer;
    },
    close: () => http.close(),
  };
}

/** Eight digits and two, as KIS writes it: `12345678-01`. */
function accountFields(accountNumber: string | undefined): KisConnection['account'] {
  const [, number, product] = /^(\d{8})-?(\d{2})$/.exec(accountNumber?.trim() ?? '') ?? [];
  if (number === undefined) {
    throw new ExchangeError({
      ...unnamed,
      action: 'pause_account',
      message: 'the account number is not ten digits, such as 12345678-01',
    });
  }
  return { CANO: number, ACNT_PRDT_CD: product! };
}

const unnamed: Failure = { type: 'unknown', action: 'retry', code: null, message: '', retryAfterMs: null };

function failureWithoutToken(error: unknown): Failure {
  if (error instanceof ExchangeError) return error.failure;
  const reason = error instanceof Error ? error.message : String(error);
  return { ...unnamed, type: 'network_error', message: `no access token: ${reason}` };
}

/**
 * KIS itself refuses no late request, so it is refused here, last of all: a process that was stopped between its claim and
 * the wire does not send what another may have taken over. What is stopped behind this look only a look-up finds.
 */
function tooLate(stamp: RequestStamp, now: number): Failure | null {
  const lateMs = now - (stamp.signedAt + stamp.receiveWindowMs);
  const message = `it was claimed ${lateMs} ms too long ago, nothing was sent`;
  return lateMs <= 0 ? null : { ...unnamed, type: 'network_error', message };
}

/** What an HTTP answer of KIS says. `rt_cd` decides, whatever the status: refusals come with 200 and with 500. */
export function readKisAnswer(result: HttpResult, call: FailedCall): KisAnswer {
  const base = { market: 'kis', call, headers: {}, errorClass: null, receivedAt: Date.now() } as const;
  if (result.stage !== 'answered') {
    const { stage, code, message } = result;
    return failed({ ...base, stage, httpStatus: null, code, message });
  }
  const answered = { ...base, stage: 'answered', httpStatus: result.status, headers: result.headers } as const;
  const body = parseObject(result.body);
  if (body === undefined) return failed({ ...answered, code: null, message: result.body });
  const { rt_cd: verdict, msg_cd: code, msg1: text, error_code: tokenCode, error_description: tokenText } = body;
  if (verdict === '0') return { ok: true, body, more: ['M', 'F'].includes(result.headers.tr_cont ?? '') };
  const named = wordOf(code) ?? wordOf(tokenCode);
  const httpStatus = statusOf(result.status, named, verdict);
  return failed({ ...answered, httpStatus, code: named, message: wordOf(text) ?? wordOf(tokenText) });
}

/**
 * The status the failure table judges a code by that it does not list. What the order system refuses it has refused, also
 * with HTTP 500. What the gateway fails with may have been passed on before, also with HTTP 200.
 */
function statusOf(status: number, code: string | null, verdict: unknown): number {
  if (code?.startsWith('EGW')) return Math.max(status, 500);
  return code !== null && typeof verdict === 'string' ? 200 : status;
}

/** For an answer that looked right and then was not what was asked for: proves nothing. */
export function unreadable(call: FailedCall): KisAnswer & { ok: false } {
  return failed({
    market: 'kis',
    call,
    stage: 'after_write',
    httpStatus: null,
    code: 'unreadable answer',
    message: 'the exchange answered, but not with what was asked for',
    headers: {},
    errorClass: null,
    receivedAt: Date.now(),
  });
}

function failed(answer: FailedAnswer): KisAnswer & { ok: false } {
  return { ok: false, ...classifyFailure(answer) };
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

function wordOf(value: unknown): string | null {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : null;
}

function withoutSecrets(answer: KisAnswer, secrets: string[]): KisAnswer {
  if (answer.ok) return answer;
  const clean = (text: string) => secrets.reduce((rest, secret) => rest.replaceAll(secret || '\0', '***'), text);
  return { ...answer, failure: { ...answer.failure, message: clean(answer.failure.message) } };
}
