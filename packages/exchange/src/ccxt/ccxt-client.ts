import { AsyncLocalStorage } from 'node:async_hooks';
import { findPackageJSON } from 'node:module';
import { pathToFileURL } from 'node:url';
import type { Exchange as Ccxt } from 'ccxt';
import type { Credentials } from '../exchange.ts';
import { createHttpClient, type HttpResult } from '../http/http-client.ts';

/** One of ccxt's exchange classes. */
export type CcxtClass<Client extends Ccxt> = new (options: object) => Client;

/** The calls we make through ccxt: its signing, its URLs, its sending; the answers are read by our own mapping. */
export type CcxtCall<Client extends Ccxt> = (client: Client) => Promise<unknown>;

/** How a call ended, before anyone has judged it. */
export type CallEnd = {
  http: HttpResult | null;
  /** The parsed answer; undefined when ccxt threw. A body that is not JSON is the string itself. */
  data: unknown;
  /** Class name of what ccxt threw; its message is dropped, since it may hold the signed URL. */
  errorClass: string | null;
};

export type CcxtClient<Client extends Ccxt> = {
  call(run: CcxtCall<Client>, timeoutMs?: number): Promise<CallEnd>;
  close(): void;
};

// Shorter than the look-up that settles an unresolved send, longer than the slowest honest answers.
const ORDER_TIMEOUT_MS = 5_000;

const ccxtFolder = pathToFileURL(findPackageJSON('ccxt', import.meta.url) ?? '');

/**
 * ccxt's class for one exchange, by the name of its file. One file, not the package: 43 MB more resident memory in place
 * of 106 MB. ccxt's `exports` hide the file, so it is found by its path.
 */
export async function loadCcxtClass<Client extends Ccxt>(file: string): Promise<CcxtClass<Client>> {
  const module: { default: CcxtClass<Client> } = await import(new URL(`js/src/${file}.js`, ccxtFolder).href);
  return module.default;
}

/** What one call left behind on the wire. Parallel calls share one ccxt instance, so it travels with the async context. */
type CallRecord = { timeoutMs: number; http: HttpResult | null };

/**
 * One ccxt instance for one account, or for public data when `credentials` is null.
 * `endpoint` redirects below ccxt: it keeps the real URLs, because ccxt picks Binance's error table by host name.
 */
export function createCcxtClient<Client extends Ccxt>(
  ccxtClass: CcxtClass<Client>,
  credentials: Credentials | null,
  endpoint: string | null,
  usualTimeoutMs: number = ORDER_TIMEOUT_MS,
): CcxtClient<Client> {
  const http = createHttpClient();
  const records = new AsyncLocalStorage<CallRecord>();
  const target = endpoint === null ? null : new URL(endpoint).origin;

  const client = new ccxtClass({
    ...(credentials === null ? {} : { apiKey: credentials.apiKey, secret: credentials.secret }),
    // ccxt's own throttle would make 20 parallel orders take 3.8 s, after they were claimed.
    enableRateLimit: false,
    number: String,
    timeout: usualTimeoutMs,
    userAgent: 'sluice',
    // A resend of a create whose outcome is unknown is a second order.
    options: { maxRetriesOnFailure: 0 },
  });
  client.fetchImplementation = async (url: string, request: FetchRequest) => {
    const record = records.getStore() ?? { timeoutMs: usualTimeoutMs, http: null };
    const result = await http.send({
      url: target === null ? url : redirect(url, target),
      method: request.method,
      headers: request.headers,
      body: request.body,
      timeoutMs: record.timeoutMs,
    });
    record.http = result;
    if (result.stage !== 'answered') throw new TypeError(result.code);
    return asResponse(result);
  };

  return {
    async call(run, timeoutMs = usualTimeoutMs) {
      const record: CallRecord = { timeoutMs, http: null };
      try {
        const data = await records.run(record, () => run(client));
        return { http: record.http, data, errorClass: null };
      } catch (error) {
        return { http: record.http, data: undefined, errorClass: error instanceof Error ? error.name : 'Error' };
      }
    },
    close: () => http.close(),
  };
}

/** Where streams are on a redirected endpoint: beside the calls. */
export function beside(endpoint: string): string {
  return new URL(endpoint).origin.replace(/^http/, 'ws');
}

type FetchRequest = { method: string; headers: Record<string, string>; body: string | undefined };

/** Keeps path and query. Any host: a call that went to the real exchange by mistake would be a real order. */
function redirect(url: string, origin: string): string {
  return origin + url.slice(url.indexOf('/', 'https://'.length));
}

/** The part of a fetch Response that ccxt reads. */
function asResponse(result: HttpResult & { stage: 'answered' }) {
  return {
    status: result.status,
    statusText: '',
    headers: result.headers,
    text: async () => result.body,
  };
}
