import { type ClassifiedFailure, classifyFailure, type FailedAnswer } from '../classify/classify-failure.ts';
import type { FailedCall } from '../classify/failure-row.ts';
import type { CallEnd } from './ccxt-client.ts';

/** A call's answer as data, or what its failure means. Data is an object or a list, never an error body or a page. */
export type Answer = { ok: true; data: object } | ({ ok: false } & ClassifiedFailure);

type Context = { call: FailedCall; receivedAt: number };

/** ccxt's verdict is not used: it throws on a batch of one refusal and lets an HTML page with status 200 through. */
export function readAnswer(end: CallEnd, context: Context): Answer {
  const base = {
    market: 'binance-usdm',
    ...context,
    headers: {},
    errorClass: end.errorClass,
    httpStatus: null,
    code: null,
    message: null,
  } as const;
  const http = end.http;
  if (http === null) return failed({ ...base, stage: 'before_write' });
  if (http.stage !== 'answered') return failed({ ...base, stage: http.stage, code: http.code, message: http.message });

  const answered = { ...base, stage: 'answered', httpStatus: http.status, headers: http.headers } as const;
  const data = typeof end.data === 'object' && end.data !== null ? end.data : parseJson(http.body);
  const refusal = errorOf(data);
  if (refusal !== undefined) return failed({ ...answered, ...refusal });
  if (http.status < 200 || http.status > 299) return failed({ ...answered, message: http.body });
  if (data === undefined) return failed({ ...answered, message: null });
  return { ok: true, data };
}

/** One element of a batch's answer, which refuses with a code inside an HTTP 200. */
export function readElement(element: unknown, end: CallEnd, context: Context): Answer {
  const http = end.http;
  const status = http?.stage === 'answered' ? http.status : 200;
  const answered = {
    market: 'binance-usdm',
    ...context,
    stage: 'answered',
    httpStatus: status,
    headers: http?.stage === 'answered' ? http.headers : {},
    errorClass: null,
    code: null,
    message: null,
  } as const;
  const refusal = errorOf(element);
  if (refusal !== undefined) return failed({ ...answered, ...refusal });
  return typeof element === 'object' && element !== null ? { ok: true, data: element } : failed(answered);
}

/** For an answer that looked right and then was not what was asked for: proves nothing. */
export function unreadable(context: Context): Answer & { ok: false } {
  const { outcome, failure } = classifyFailure({
    market: 'binance-usdm',
    ...context,
    stage: 'after_write',
    httpStatus: null,
    code: 'unreadable answer',
    message: 'the exchange answered, but not with the order that was asked for',
    headers: {},
    errorClass: null,
  });
  return { ok: false, outcome, failure };
}

function failed(answer: FailedAnswer): Answer {
  return { ok: false, ...classifyFailure(answer) };
}

function parseJson(body: string): object | undefined {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

/** `{"code":-2019,"msg":"Margin is insufficient."}`; the Algo Service says success with `{"code":"200"}`. */
function errorOf(data: unknown): { code: string; message: string | null } | undefined {
  if (typeof data !== 'object' || data === null || !('code' in data)) return undefined;
  const code = String(data.code);
  if (code === '200' || code === '0') return undefined;
  return { code, message: 'msg' in data && typeof data.msg === 'string' ? data.msg : null };
}
