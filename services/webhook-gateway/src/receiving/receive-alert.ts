import { createHash, randomBytes } from 'node:crypto';
import type { AlertAnswer } from '@sluice/contracts';
import type { Sql } from '@sluice/service-runtime';
import { getLogger, inAlertRoot } from '@sluice/telemetry';
import type { PgBoss } from 'pg-boss';
import { findReceipt, type Receipt } from '../db/find-receipt.ts';
import type { AlertToStore, Taken } from '../db/take-alert.ts';
import { type BodyValue, type FieldError, printBody } from '../intake/body-value.ts';
import { hashToken, maskToken, redactToken, redactUnreadable } from '../intake/redact-token.ts';
import type { ValidAlert } from '../intake/validate-alert.ts';
import type { ResultWait, ResultWaits } from './await-result.ts';
import { type AcceptedAnswer, acceptedAnswer, refusalAnswer, resultAnswer } from './compose-answer.ts';
import { type DeadLetterOffice, deadLetterBytes } from './dead-letters.ts';
import { beforeDeadline, StoreAwayError } from './deadline.ts';
import type { LateAnswers } from './late-answers.ts';
import { describeErrors, type ReadRequest, readRequest, wrongToken } from './read-request.ts';
import { reportAlert } from './report-alert.ts';
import { storeAlert } from './store-alert.ts';
import type { StrategyDirectory } from './strategy-directory.ts';

export type IntakeDeps = {
  sql: Sql;
  boss: PgBoss;
  strategies: StrategyDirectory;
  results: ResultWaits;
  deadLetters: DeadLetterOffice;
  lateAnswers: LateAnswers;
  /** Tells order-queue that an alert of the strategy is there; after the commit, and it may get lost. */
  announce: (strategy: string) => void;
};

export type IncomingRequest = {
  text: string;
  idempotencyKey: string | null;
  /** performance.now() when the request came; every deadline counts from here. */
  startedAt: number;
};

/** What became of a request. `answeredIds` are the alerts that a whole 2xx answers. */
export type IngestOutcome =
  | { kind: 'answered'; answer: AlertAnswer; answeredIds: string[] }
  | { kind: 'accepted'; answer: AcceptedAnswer; answeredIds: string[] }
  | { kind: 'unreadable'; errors: FieldError[] }
  | { kind: 'malformed'; errors: FieldError[] }
  | { kind: 'unauthenticated'; errors: FieldError[] }
  | { kind: 'id_conflict'; errors: FieldError[] }
  | { kind: 'store_away'; reason: string };

/** TradingView cuts the request at 3 s and does not try again; what is not known by then is answered 202. */
const waitForResultMs = 2_500;
/** TradingView tries again after a 503, but not after a timeout, so a store that hangs is told early. */
const storeWithinMs = 1_500;
/** A commit whose answer was lost may be looked up for as long as the answer is still in time. */
const lookUpWithinMs = 2_300;

const log = getLogger('intake');

/** Takes an alert: reads it, stores it with its planning job, and waits for what became of it. Tells of it in the log. */
export async function receiveAlert(deps: IntakeDeps, request: IncomingRequest): Promise<IngestOutcome> {
  const outcome = await receive(deps, request);
  reportAlert(request, outcome);
  // A resend's own answer is that of the alert it repeats, which is followed already.
  if (outcome.kind === 'accepted' && outcome.answer.duplicate_of === undefined) {
    deps.lateAnswers.follow(outcome.answer.id, request.startedAt);
  }
  return outcome;
}

async function receive(deps: IntakeDeps, request: IncomingRequest): Promise<IngestOutcome> {
  try {
    const storeBy = request.startedAt + storeWithinMs;
    const read = await beforeDeadline(readRequest(deps.strategies, request.text, request.idempotencyKey), storeBy);
    if (read.kind !== 'valid') return await refuse(deps, request, read);
    const toStore = prepare(read.strategy.name, read.token, read.body, read.alert);
    const startedAt = new Date(performance.timeOrigin + request.startedAt);
    return await inAlertRoot(toStore.id, 'alert', startedAt, () => takeIn(deps, request, toStore));
  } catch (error) {
    // Whatever it was, nothing was stored that is not found again by a resend: 503 is true, and the only code besides
    // 2xx after which the alert is not lost.
    if (error instanceof StoreAwayError) log.warn('alert not taken: the store is away', error);
    else log.error('alert not taken', error);
    return { kind: 'store_away', reason: 'the alert was not stored: the store does not answer; send it again' };
  }
}

async function takeIn(deps: IntakeDeps, request: IncomingRequest, toStore: AlertToStore): Promise<IngestOutcome> {
  const waitUntil = request.startedAt + waitForResultMs;
  const wait = deps.results.begin(toStore.id, waitUntil);
  try {
    const taken = await storeAlert(deps, toStore, {
      storeBy: request.startedAt + storeWithinMs,
      lookUpBy: request.startedAt + lookUpWithinMs,
    });
    if (taken.outcome === 'taken') deps.announce(toStore.strategy);
    if (taken.outcome === 'id_conflict') {
      const detail = `alert_id ${toStore.alertId}: ${conflictMessage(taken.original)}`;
      const bytes = Buffer.byteLength(request.text);
      const letter = { strategy: toStore.strategy, detail, body: toStore.body.slice(0, deadLetterBytes), bytes };
      await deps.deadLetters.file({ reason: 'id_conflict', ...letter }, 'alert_id');
    }
    return await answerTo(deps, toStore, taken, wait, waitUntil);
  } finally {
    wait.cancel();
  }
}

function prepare(strategy: string, token: string, body: BodyValue, alert: ValidAlert): AlertToStore {
  const kept = printBody(redactToken(body, token));
  return {
    id: randomBytes(16).toString('hex'),
    strategy,
    tokenHash: hashToken(token),
    bodyHash: createHash('sha256').update(kept).digest(),
    alertId: alert.alertId,
    firedAt: alert.firedAt,
    body: kept,
    orders: alert.orders,
    warnings: alert.warnings.map((warning) => maskToken(warning, token)),
  };
}

async function answerTo(
  deps: IntakeDeps,
  alert: AlertToStore,
  taken: Taken,
  wait: ResultWait,
  waitUntil: number,
): Promise<IngestOutcome> {
  const { id, strategy } = alert;
  switch (taken.outcome) {
    case 'taken': {
      const own = { id, strategy, duplicateOf: null };
      const result = await wait.result;
      if (result === null) return { kind: 'accepted', answer: acceptedAnswer(own), answeredIds: [id] };
      return { kind: 'answered', answer: resultAnswer(own, result), answeredIds: [id] };
    }
    case 'refused':
    case 'duplicate': {
      wait.cancel();
      const answeredIds = taken.outcome === 'duplicate' ? [id, taken.original] : [id];
      const answer = await storedAnswer(deps, id, waitUntil).catch((error: unknown) => {
        log.warn('the answer to alert %s cannot be read', id, error);
        return null;
      });
      if (answer !== null) return { kind: 'answered', answer, answeredIds };
      const duplicateOf = taken.outcome === 'duplicate' ? taken.original : null;
      return { kind: 'accepted', answer: acceptedAnswer({ id, strategy, duplicateOf }), answeredIds };
    }
    case 'id_conflict': {
      return { kind: 'id_conflict', errors: [{ path: 'alert_id', message: conflictMessage(taken.original) }] };
    }
    case 'not_configured':
      return { kind: 'unauthenticated', errors: [{ path: 'token', message: wrongToken }] };
  }
}

async function storedAnswer(deps: IntakeDeps, id: string, until: number): Promise<AlertAnswer | null> {
  const receipt = await beforeDeadline(findReceipt(deps.sql, id), until);
  return receipt === null ? null : await finalAnswer(deps.results, receipt, until);
}

function conflictMessage(original: string): string {
  return `belongs to alert ${original}, which had another body`;
}

/**
 * The final answer of a stored alert, or null when it is not there: now, or with `until` (performance.now()) not by
 * then.
 */
export async function finalAnswer(
  results: ResultWaits,
  receipt: Receipt,
  until: number | null,
): Promise<AlertAnswer | null> {
  if (receipt.refusal !== null) return refusalAnswer(receipt, receipt.refusal);
  const lookBy = until ?? performance.now() + storeWithinMs;
  const there = await beforeDeadline(results.look(receipt.resultId), lookBy);
  const result = there ?? (until === null ? null : await results.begin(receipt.resultId, until).result);
  return result === null ? null : resultAnswer(receipt, result);
}

async function refuse(
  deps: IntakeDeps,
  request: IncomingRequest,
  read: Exclude<ReadRequest, { kind: 'valid' }>,
): Promise<IngestOutcome> {
  const detail = describeErrors(read.errors);
  const known = deps.strategies.tokenHashes();
  const redact = (text: string): string => redactUnreadable(text, known, deadLetterBytes);
  const token = read.kind === 'unreadable' ? '' : read.token;
  const body = read.kind === 'unreadable' ? request.text : printBody(redactToken(read.body, token));
  await deps.deadLetters.file(
    {
      reason: read.kind,
      strategy: read.kind === 'malformed' ? read.strategy.name : null,
      detail: redact(maskToken(detail, token)),
      body: redact(body),
      bytes: Buffer.byteLength(request.text),
    },
    foldKey(read),
  );
  return { kind: read.kind, errors: read.errors };
}

/** Faults of one kind are one incident: the same field, in whichever order of whichever alert. */
function foldKey(read: Exclude<ReadRequest, { kind: 'valid' }>): string {
  if (read.kind !== 'malformed') return read.kind;
  return (read.errors[0]?.path ?? '').replace(/\d+/g, '').slice(0, 64);
}
