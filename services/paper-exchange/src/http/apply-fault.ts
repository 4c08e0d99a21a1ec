import { setTimeout as sleep } from 'node:timers/promises';
import type { Answer } from './answer.ts';
import type { FaultRule, FaultSubject } from './faults.ts';
import type { Parameters } from './parameters.ts';

/** Longer than any client waits. */
const HANG_MS = 600_000;

const HTML =
  '<html>\r\n<head><title>Please wait</title></head>\r\n<body><center><h1>Please wait</h1></center></body>\r\n</html>\r\n';

const subject = (params: { text(name: string): string | undefined }, clientId?: string): FaultSubject => ({
  symbol: params.text('symbol'),
  clientId:
    clientId ?? params.text('newClientOrderId') ?? params.text('origClientOrderId') ?? params.text('clientAlgoId'),
  type: params.text('type'),
});

/** Every order a call names, so that a fault on one of a batch's orders finds the batch. */
export function faultSubjects(params: Parameters): FaultSubject[] {
  const batch = params.text('batchOrders');
  if (batch !== undefined) {
    try {
      const list: unknown = JSON.parse(batch);
      if (Array.isArray(list)) {
        return list.map((item: Record<string, unknown> | null) =>
          subject({ text: (name) => (item?.[name] === undefined ? undefined : String(item[name])) }),
        );
      }
    } catch {
      // The call itself refuses it; here it only names no order.
    }
  }
  const names = params.list('origClientOrderIdList', 'origclientorderidlist');
  if (Array.isArray(names)) return names.map((name) => subject(params, String(name)));
  return [subject(params)];
}

const json = (status: number, code: number, msg: string, headers: Record<string, string>): Answer => ({
  kind: 'answer',
  status,
  body: JSON.stringify({ code, msg }),
  headers: { ...headers, 'content-type': 'application/json;charset=UTF-8' },
});

/** What the client gets to see of a call that a transport fault hit; a hang holds it first. */
export async function transportAnswer(fault: FaultRule, headers: Record<string, string>, now: number): Promise<Answer> {
  switch (fault.do) {
    case 'drop-before':
    case 'drop-after':
      return { kind: 'destroy' };
    case 'hang':
      // Not a reason to keep the process alive.
      await sleep(fault.ms ?? HANG_MS, undefined, { ref: false });
      return { kind: 'destroy' };
    case 'html-200':
      return {
        kind: 'answer',
        status: 200,
        body: fault.text ?? HTML,
        headers: { ...headers, 'content-type': 'text/html' },
      };
    case 'status': {
      const status = fault.status ?? 503;
      if (fault.text !== undefined) {
        return { kind: 'answer', status, body: fault.text, headers: { ...headers, 'content-type': 'text/html' } };
      }
      // The text of the three meanings of 503 whose outcome is unknown.
      return json(
        status,
        fault.code ?? -1000,
        fault.msg ?? 'Unknown error, please check your request or try again later.',
        headers,
      );
    }
    case 'rate-limit-429': {
      headers['retry-after'] = String(fault.retryAfter ?? 1);
      return json(
        429,
        fault.code ?? -1003,
        fault.msg ??
          'Too many requests; current limit is 2400 requests per minute. Please use the websocket for live updates to avoid polling the API.',
        headers,
      );
    }
    case 'ban-418': {
      const seconds = fault.retryAfter ?? 120;
      headers['retry-after'] = String(seconds);
      return json(
        418,
        fault.code ?? -1003,
        fault.msg ??
          `Way too many requests; IP banned until ${now + seconds * 1_000}. Please use the websocket for live updates to avoid bans.`,
        headers,
      );
    }
    case 'delay':
    case 'refuse':
    case 'late-visibility':
      throw new Error(`A fault '${fault.do}' does not replace the answer; apply it where the order is placed.`);
  }
}
