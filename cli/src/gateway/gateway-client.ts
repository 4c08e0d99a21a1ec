import { readFileSync } from 'node:fs';
import type { Environment } from '../context.ts';
import { refused, unanswered } from '../failures.ts';

export type Query = Record<string, string | number | undefined>;

/** The gateway's routes for operators. What is not 2xx is thrown as a CommandFailure that says what to do. */
export type GatewayClient = {
  get<T>(path: string, query?: Query): Promise<T>;
  post<T>(path: string, body: object): Promise<T>;
};

/** Where `make demo` has it. */
const defaultUrl = 'http://127.0.0.1:8080';
/** Above the longest the gateway takes for any answer, a halt that waits for order-queue or logs from Loki. */
const answerWithinMs = 20_000;

/** Where the gateway is, and the token, as the environment says. */
export function gatewayAddress(environment: Environment): { url: string; token: string } {
  return { url: (environment.SLUICE_URL || defaultUrl).replace(/\/+$/, ''), token: readToken(environment) };
}

/** Nothing is asked yet. */
export function connectGateway(environment: Environment): GatewayClient {
  const { url, token } = gatewayAddress(environment);

  async function ask<T>(method: string, path: string, query: Query, body?: object): Promise<T> {
    const parameters = Object.entries(query).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, String(value)] as [string, string]],
    );
    const search = parameters.length === 0 ? '' : `?${new URLSearchParams(parameters)}`;
    const init = {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      signal: AbortSignal.timeout(answerWithinMs),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    };
    let response: Response;
    let text: string;
    try {
      response = await fetch(`${url}${path}${search}`, init);
      text = await response.text();
    } catch (error) {
      const told = method === 'GET' ? '' : ' Whether it happened is not known.';
      throw unanswered(`the gateway at ${url} does not answer (${reasonOf(error)}): is SLUICE_URL its address?${told}`);
    }
    const answer = parsed(text);
    if (response.ok && answer !== undefined) return answer as T;
    throw failureOf(response.status, (answer as { error?: unknown } | undefined)?.error, `${method} ${path}`, url);
  }

  return {
    get: (path, query = {}) => ask('GET', path, query),
    post: (path, body) => ask('POST', path, {}, body),
  };
}

function readToken(environment: Environment): string {
  const { SLUICE_ADMIN_TOKEN: token, SLUICE_ADMIN_TOKEN_FILE: file } = environment;
  if (token) return token;
  if (!file)
    throw refused('there is no admin token: set SLUICE_ADMIN_TOKEN, or SLUICE_ADMIN_TOKEN_FILE to a file with it');
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    throw refused(`the admin token cannot be read: SLUICE_ADMIN_TOKEN_FILE is ${file}`);
  }
}

function failureOf(status: number, error: unknown, request: string, url: string) {
  const said = typeof error === 'string' ? error : undefined;
  if (status === 401)
    return refused('the gateway does not take this admin token: set SLUICE_ADMIN_TOKEN to its ADMIN_TOKEN');
  if (said === undefined) {
    const message = `${url} answered ${request} with ${status} and no reason: is SLUICE_URL the address of a gateway?`;
    return status >= 500 ? unanswered(message) : refused(message);
  }
  if (said.endsWith('there is no such route'))
    return refused(`the gateway has no ${request}: it is older than this command`);
  return status >= 500 ? unanswered(said) : refused(said);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function reasonOf(error: unknown): string {
  const { name, message, cause } = error as Error & { cause?: { code?: string } };
  if (name === 'TimeoutError') return `no answer within ${answerWithinMs / 1_000} s`;
  return cause?.code ?? message;
}
