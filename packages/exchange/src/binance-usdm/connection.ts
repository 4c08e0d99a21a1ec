import type { FailedCall } from '../classify/failure-row.ts';
import { type Credentials, ExchangeError, type Failure, type RequestStamp } from '../exchange.ts';
import type { RateUsage } from '../rate-limits.ts';
import { type CallEnd, type CcxtCall, createCcxtClient } from './ccxt-client.ts';
import { type Params, stampParams } from './order-params.ts';
import { type Answer, readAnswer, readElements } from './read-answer.ts';
import { readUsage } from './read-usage.ts';
import { createSymbols, type Symbols } from './symbols.ts';

/** What every call of this venue needs: a signed line to the exchange, its clock, and the names of its markets. */
export type Connection = {
  symbols: Symbols;
  /** Never throws. Texts in the answer are free of keys and signatures. */
  ask(call: FailedCall, run: CcxtCall, timeoutMs?: number): Promise<Answer>;
  /** The same for a request about `count` orders: one answer each. A failure of the whole request is everyone's. */
  askEach(call: FailedCall, run: CcxtCall, count: number): Promise<Answer[]>;
  /** The same for reading methods: the data, or an {@link ExchangeError}. */
  read(run: CcxtCall, timeoutMs?: number): Promise<object>;
  /** Signed parameters of a write: the instant was chosen and stored by the caller. */
  stamped(stamp: RequestStamp): Params;
  /** Signed parameters of a read: now. */
  stampedNow(): Params;
  syncClock(): Promise<void>;
  clockOffsetMs(): number;
  close(): void;
};

// A read has no effect a late arrival could repeat, so it may take Binance's own default window.
const READ_WINDOW_MS = 5_000;

export function createConnection(
  credentials: Credentials | null,
  endpoint: string | null,
  timeoutMs?: number,
  now: () => number = Date.now,
  onUsage?: (usage: RateUsage) => void,
): Connection {
  const client = createCcxtClient(credentials, endpoint, timeoutMs);
  // The exchange's clock minus ours. Every signed call carries its own timestamp, so ccxt's clock is never asked.
  let clockOffsetMs = 0;
  const secrets = credentials === null ? [] : [credentials.apiKey, credentials.secret].filter((text) => text !== '');

  const clean = (answer: Answer): Answer =>
    answer.ok ? answer : { ...answer, failure: withoutSecrets(answer.failure, secrets) };

  const tell = (end: CallEnd, answer: Answer | undefined, sentAt: number): void => {
    const usage = readUsage(end, answer === undefined || answer.ok ? null : answer.failure, sentAt, now());
    if (usage !== null) onUsage?.(usage);
  };

  const ask: Connection['ask'] = async (call, run, callTimeoutMs) => {
    const sentAt = now();
    const end = await client.call(run, callTimeoutMs);
    const answer = clean(readAnswer(end, { call, receivedAt: Date.now() }));
    tell(end, answer, sentAt);
    return answer;
  };

  const askEach: Connection['askEach'] = async (call, run, count) => {
    const sentAt = now();
    const end = await client.call(run);
    const answers = readElements(end, { call, receivedAt: Date.now() }, count).map(clean);
    tell(end, answers[0], sentAt);
    return answers;
  };

  const read: Connection['read'] = async (run, callTimeoutMs) => {
    const answer = await ask('read', run, callTimeoutMs);
    if (!answer.ok) throw new ExchangeError(answer.failure);
    return answer.data;
  };

  return {
    symbols: createSymbols(),
    ask,
    askEach,
    read,
    stamped: (stamp) => stampParams(stamp, clockOffsetMs),
    stampedNow: () => stampParams({ signedAt: now(), receiveWindowMs: READ_WINDOW_MS }, clockOffsetMs),
    async syncClock() {
      clockOffsetMs = await measureOffset(now, () => read((ccxt) => ccxt.fapiPublicGetTime()));
    },
    clockOffsetMs: () => clockOffsetMs,
    close: () => client.close(),
  };
}

const CLOCK_SAMPLES = 3;

/** The sample with the shortest round trip is the least wrong: its error is at most half of that trip. */
async function measureOffset(now: () => number, readTime: () => Promise<object>): Promise<number> {
  let best = { trip: Number.POSITIVE_INFINITY, offset: 0 };
  for (let sample = 0; sample < CLOCK_SAMPLES; sample += 1) {
    const started = performance.now();
    const sentAt = now();
    const answer = await readTime();
    const trip = performance.now() - started;
    const serverTime = 'serverTime' in answer ? Number(answer.serverTime) : Number.NaN;
    if (!Number.isFinite(serverTime)) throw new ExchangeError(noServerTime);
    if (trip < best.trip) best = { trip, offset: Math.round(serverTime - (sentAt + trip / 2)) };
  }
  return best.offset;
}

const noServerTime: Failure = {
  type: 'network_error',
  action: 'retry',
  code: null,
  message: 'the exchange answered without its time; check the endpoint',
  retryAfterMs: null,
};

/** Exchange texts quote the request now and then; whatever they quote, ours must not be in it. */
function withoutSecrets(failure: Failure, secrets: string[]): Failure {
  const cleaned = secrets.reduce((text, secret) => text.replaceAll(secret, '***'), failure.message);
  return { ...failure, message: cleaned.replace(/signature=[^&\s"']+/gi, 'signature=***') };
}
