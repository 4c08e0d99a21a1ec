import type { Exchange as Ccxt } from 'ccxt';
import type { FailedCall } from '../classify/failure-row.ts';
import { type Credentials, ExchangeError, type Failure, type RequestStamp } from '../exchange.ts';
import type { RateUsage } from '../rate-limits.ts';
import { type CallEnd, type CcxtCall, createCcxtClient } from './ccxt-client.ts';
import { type Answer, readAnswer, readElements, unreadable } from './read-answer.ts';
import { createSymbols, type Symbols } from './symbols.ts';
import type { Params, VenueDialect } from './venue-dialect.ts';

/** What every call of a venue needs: a signed line to the exchange, its clock, and the names of its markets. */
export type Connection<Client extends Ccxt> = {
  symbols: Symbols;
  /** Never throws. Texts in the answer are free of keys and signatures. */
  ask(call: FailedCall, run: CcxtCall<Client>, timeoutMs?: number): Promise<Answer>;
  /** The same for a request about `count` orders: one answer each. A failure of the whole request is everyone's. */
  askEach(call: FailedCall, run: CcxtCall<Client>, count: number): Promise<Answer[]>;
  /** The same for reading methods: the data, or an {@link ExchangeError}. */
  read(run: CcxtCall<Client>, timeoutMs?: number): Promise<object>;
  /** For an answer that looked right and then was not what was asked for: proves nothing. */
  unreadable(call: FailedCall): Answer & { ok: false };
  /** Signed parameters of a write: the instant was chosen and stored by the caller. */
  stamped(stamp: RequestStamp): Params;
  /** Signed parameters of a read: now. */
  stampedNow(): Params;
  syncClock(): Promise<void>;
  clockOffsetMs(): number;
  /** The exchange's clock, ms since the epoch. */
  exchangeNow(): number;
  /** A stream that is closed with the connection. */
  keep<Stream extends { close(): void }>(stream: Stream): Stream;
  close(): void;
};

export type ConnectionOptions = {
  /** Null for public data. */
  credentials: Credentials | null;
  endpoint: string | null;
  timeoutMs?: number | undefined;
  /** As in `ExchangeOptions`. */
  now?: (() => number) | undefined;
  onUsage?: ((usage: RateUsage) => void) | undefined;
};

// A read has no effect a late arrival could repeat, so it may take the exchanges' own default window.
const READ_WINDOW_MS = 5_000;

export function createConnection<Client extends Ccxt>(
  dialect: VenueDialect<Client>,
  { credentials, endpoint, timeoutMs, now = Date.now, onUsage }: ConnectionOptions,
): Connection<Client> {
  const client = createCcxtClient(dialect.ccxtClass, credentials, endpoint, timeoutMs);
  // The exchange's clock minus ours. Every signed call carries its own timestamp, so ccxt's clock is never asked.
  let clockOffsetMs = 0;
  const secrets = credentials === null ? [] : [credentials.apiKey, credentials.secret].filter((text) => text !== '');

  const clean = (answer: Answer): Answer =>
    answer.ok ? answer : { ...answer, failure: withoutSecrets(answer.failure, secrets) };

  const tell = (call: FailedCall, end: CallEnd, answer: Answer | undefined, sentAt: number): void => {
    const usage = dialect.readUsage(
      end,
      answer === undefined || answer.ok ? null : answer.failure,
      sentAt,
      now(),
      call,
    );
    if (usage !== null) onUsage?.(usage);
  };

  const contextOf = (call: FailedCall) => ({
    market: dialect.market,
    refusalOf: dialect.refusalOf,
    elementsOf: dialect.elementsOf,
    call,
    receivedAt: Date.now(),
  });

  const ask: Connection<Client>['ask'] = async (call, run, callTimeoutMs) => {
    const sentAt = now();
    const end = await client.call(run, callTimeoutMs);
    const answer = clean(readAnswer(end, contextOf(call)));
    tell(call, end, answer, sentAt);
    return answer;
  };

  const read: Connection<Client>['read'] = async (run, callTimeoutMs) => {
    const answer = await ask('read', run, callTimeoutMs);
    if (!answer.ok) throw new ExchangeError(answer.failure);
    return answer.data;
  };

  const streams: { close(): void }[] = [];
  return {
    symbols: createSymbols(dialect.quotes),
    ask,
    async askEach(call, run, count) {
      const sentAt = now();
      const end = await client.call(run);
      const answers = readElements(end, contextOf(call), count).map(clean);
      // A batch may be cut short by a rate limit, whatever became of its first order.
      const limited = answers.find((answer) => !answer.ok && answer.failure.type === 'rate_limit');
      tell(call, end, limited ?? answers[0], sentAt);
      return answers;
    },
    read,
    unreadable: (call) => unreadable(contextOf(call)),
    stamped: (stamp) => dialect.stampParams(stamp, clockOffsetMs),
    stampedNow: () => dialect.stampParams({ signedAt: now(), receiveWindowMs: READ_WINDOW_MS }, clockOffsetMs),
    async syncClock() {
      clockOffsetMs = await measureOffset(now, async () => dialect.timeOf(await read(dialect.readTime)));
    },
    clockOffsetMs: () => clockOffsetMs,
    exchangeNow: () => now() + clockOffsetMs,
    keep(stream) {
      streams.push(stream);
      return stream;
    },
    close() {
      for (const stream of streams) stream.close();
      client.close();
    },
  };
}

const CLOCK_SAMPLES = 3;

/** The sample with the shortest round trip is the least wrong: its error is at most half of that trip. */
async function measureOffset(now: () => number, readTime: () => Promise<number>): Promise<number> {
  let best = { trip: Number.POSITIVE_INFINITY, offset: 0 };
  for (let sample = 0; sample < CLOCK_SAMPLES; sample += 1) {
    const started = performance.now();
    const sentAt = now();
    const serverTime = await readTime();
    const trip = performance.now() - started;
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
