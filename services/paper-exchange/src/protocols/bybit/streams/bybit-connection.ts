import { createHmac } from 'node:crypto';
import type { WebSocket } from 'ws';
import { z } from 'zod';
import type { Account } from '../../../matching/venue.ts';
import { VenueSocket } from '../../../serving/venue-socket.ts';

/** A connection on which its client says nothing, not even `ping`, ends after so long. */
const IDLE_MS = 10 * 60_000;
/** The venue's bound on the length of all topics of a connection together. */
const LONGEST_ARGS = 21_000;

const message = z.object({
  op: z.string(),
  req_id: z.string().optional(),
  args: z.array(z.union([z.string(), z.number()])).default([]),
});

export type BybitAddress = 'private' | 'public';

interface ConnectionRules {
  now(): number;
  /** The account of a key. */
  accountOf(key: string): Account | undefined;
  /** What a new subscription is told at once. */
  subscribed(connection: BybitConnection, topics: readonly string[]): void;
}

/** One client's socket: who it is, once it has said so, and the topics it listens to. */
export class BybitConnection extends VenueSocket {
  readonly address: BybitAddress;
  readonly topics = new Set<string>();
  account: Account | undefined;
  readonly #rules: ConnectionRules;
  #heardAt: number;

  constructor(socket: WebSocket, address: BybitAddress, rules: ConnectionRules) {
    super(socket, () => rules.now());
    this.address = address;
    this.#rules = rules;
    this.#heardAt = this.since;
  }

  send(json: string): void {
    this.write(json);
  }

  keepUp(): void {
    if (this.now() - this.#heardAt >= IDLE_MS) this.close(1000, 'idle');
  }

  protected receive(text: string): void {
    this.#heardAt = this.now();
    const parsed = message.safeParse(parse(text));
    if (!parsed.success) {
      this.#answer('', false, 'Invalid request');
      return;
    }
    const { op, req_id: id, args } = parsed.data;
    switch (op) {
      case 'ping':
        // The private stream answers with an `op` of its own, the public one with that of the request.
        if (this.address === 'private') this.#say({ req_id: id ?? '', op: 'pong', args: [String(this.now())] });
        else this.#say({ success: true, ret_msg: 'pong', conn_id: 'paper', req_id: id ?? '', op: 'ping' });
        return;
      case 'auth':
        this.#authenticate(args.map(String));
        return;
      case 'subscribe':
        this.#subscribe(args.map(String), id);
        return;
      case 'unsubscribe':
        for (const topic of args) this.topics.delete(String(topic));
        this.#answer('unsubscribe', true, '', id);
        return;
      default:
        this.#answer(op, false, `unknown op ${op}`, id);
    }
  }

  #authenticate([key = '', expires = '', signature = '']: string[]): void {
    const account = this.#rules.accountOf(key);
    const expected =
      account === undefined
        ? undefined
        : createHmac('sha256', account.secret).update(`GET/realtime${expires}`).digest('hex');
    const good = this.address === 'private' && Number(expires) > this.now() && signature === expected;
    if (good) this.account = account;
    this.#answer('auth', good, good ? '' : 'Params Error');
  }

  #subscribe(topics: string[], id: string | undefined): void {
    if (this.address === 'private' && this.account === undefined) {
      this.#answer('subscribe', false, 'Request not authorized', id);
      return;
    }
    if ([...this.topics, ...topics].join('').length > LONGEST_ARGS) {
      this.#answer('subscribe', false, 'args size >21000', id);
      return;
    }
    for (const topic of topics) this.topics.add(topic);
    this.#answer('subscribe', true, '', id);
    this.#rules.subscribed(this, topics);
  }

  #answer(op: string, success: boolean, text: string, id = ''): void {
    this.#say({ success, ret_msg: text, op, conn_id: 'paper', req_id: id });
  }

  #say(body: object): void {
    this.write(JSON.stringify(body));
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
