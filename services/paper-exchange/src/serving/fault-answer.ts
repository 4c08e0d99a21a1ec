import { setTimeout as sleep } from 'node:timers/promises';
import type { Refusal } from '../matching/refusal.ts';
import type { Answer } from './answer.ts';
import type { FaultRule } from './faults.ts';

/** Longer than any client waits. */
const HANG_MS = 600_000;

const HTML =
  '<html>\r\n<head><title>Please wait</title></head>\r\n<body><center><h1>Please wait</h1></center></body>\r\n</html>\r\n';

/** What a venue says where a fault names neither code nor text, and how it writes a refusal. */
export interface FaultWords {
  /** A failure that leaves open whether the call took effect. */
  readonly unknownOutcome: () => Refusal;
  readonly tooManyRequests: () => Refusal;
  readonly banned: (untilMs: number) => Refusal;
  readonly write: (refusal: Refusal, headers: Record<string, string>) => Answer;
}

/** Faults that hit on the way back, or only slow the way there: the call takes effect. */
export const reachesEngine = (fault: FaultRule): boolean =>
  fault.do === 'delay' ||
  fault.do === 'drop-after' ||
  (fault.applied && (fault.do === 'status' || fault.do === 'html-200'));

/** What the client gets to see of a call that a transport fault hit; a hang holds it first. */
export async function transportAnswer(
  fault: FaultRule,
  words: FaultWords,
  headers: Record<string, string>,
  now: number,
): Promise<Answer> {
  /** What the fault itself names goes before the venue's own words. */
  const said = (usual: Refusal, status: number): Answer =>
    words.write({ code: fault.code ?? usual.code, msg: fault.msg ?? usual.msg, status }, headers);
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
      return said(words.unknownOutcome(), status);
    }
    case 'rate-limit-429': {
      headers['retry-after'] = String(fault.retryAfter ?? 1);
      return said(words.tooManyRequests(), 429);
    }
    case 'ban-418': {
      const seconds = fault.retryAfter ?? 120;
      headers['retry-after'] = String(seconds);
      return said(words.banned(now + seconds * 1_000), 418);
    }
    case 'delay':
    case 'refuse':
    case 'late-visibility':
    case 'reject-later':
      throw new Error(`A fault '${fault.do}' does not replace the answer; apply it where the order is placed.`);
  }
}
