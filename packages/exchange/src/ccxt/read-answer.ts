import { type ClassifiedFailure, classifyFailure, type FailedAnswer } from '../classify/classify-failure.ts';
import type { FailedCall, FailureMarket } from '../classify/failure-row.ts';
import type { CallEnd } from './ccxt-client.ts';
import type { Refusal } from './venue-dialect.ts';

/** A call's answer as data, or what its failure means. Data is an object or a list, never an error body or a page. */
export type Answer = { ok: true; data: object } | ({ ok: false } & ClassifiedFailure);

type Context = {
  market: FailureMarket;
  call: FailedCall;
  receivedAt: number;
  refusalOf: (data: unknown) => Refusal | undefined;
  elementsOf?: ((data: object) => unknown) | undefined;
};

/** ccxt's verdict is not used: it throws on a batch of one refusal and lets an HTML page with status 200 through. */
export function readAnswer(end: CallEnd, context: Context): Answer {
  const base = {
    ...originOf(context),
    headers: {},
    errorClass: end.errorClass,
    httpStatus: null,
    code: null,
    message: null,
  };
  const http = end.http;
  if (http === null) return failed({ ...base, stage: 'before_write' });
  if (http.stage !== 'answered') return failed({ ...base, stage: http.stage, code: http.code, message: http.message });

  const answered = { ...base, stage: 'answered', httpStatus: http.status, headers: http.headers } as const;
  const data = typeof end.data === 'object' && end.data !== null ? end.data : parseJson(http.body);
  const refusal = context.refusalOf(data);
  if (refusal !== undefined) return failed({ ...answered, ...refusal });
  if (http.status < 200 || http.status > 299) return failed({ ...answered, message: http.body });
  if (data === undefined) return failed({ ...answered, message: null });
  return { ok: true, data };
}

/** The answers to a batch, one per order: it refuses single orders with codes inside an HTTP 200. */
export function readElements(end: CallEnd, context: Context, count: number): Answer[] {
  const whole = readAnswer(end, context);
  if (!whole.ok) return Array.from({ length: count }, () => whole);
  // Any other length cannot say which order each element means.
  const elements = context.elementsOf?.(whole.data) ?? whole.data;
  if (!Array.isArray(elements) || elements.length !== count) {
    return Array.from({ length: count }, () => unreadable(context));
  }
  return elements.map((element: unknown) => readElement(element, context));
}

function readElement(element: unknown, context: Context): Answer {
  const refusal = context.refusalOf(element);
  if (refusal !== undefined) {
    const answered = { stage: 'answered', httpStatus: 200, headers: {}, errorClass: null } as const;
    return failed({ ...originOf(context), ...answered, ...refusal });
  }
  return typeof element === 'object' && element !== null ? { ok: true, data: element } : unreadable(context);
}

/** For an answer that looked right and then was not what was asked for: proves nothing. */
export function unreadable(context: Context): Answer & { ok: false } {
  const { outcome, failure } = classifyFailure({
    ...originOf(context),
    stage: 'after_write',
    httpStatus: null,
    code: 'unreadable answer',
    message: 'the exchange answered, but not with the order that was asked for',
    headers: {},
    errorClass: null,
  });
  return { ok: false, outcome, failure };
}

function originOf({ market, call, receivedAt }: Context) {
  return { market, call, receivedAt };
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
