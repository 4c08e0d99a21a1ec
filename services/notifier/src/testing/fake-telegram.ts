import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type SentMessage = {
  chat: string;
  text: string;
  entities: { type: string; offset: number; length: number }[];
  at: number;
};

/** What the next calls meet; undefined is a Telegram that works. */
export type Fault =
  | { kind: 'status'; status: number; description?: string; retryAfter?: number; migrateTo?: number }
  /** Taken, and the answer is lost. */
  | { kind: 'lost_answer' }
  | { kind: 'hang' };

/** Telegram's Bot API over HTTP, as far as the notifier uses it. Faults are set per chat (`*`: all), `times` times. */
export class FakeTelegram {
  readonly token = '123456:fake-token-of-a-fake-telegram-bot-abcdef';
  readonly sent: SentMessage[] = [];
  /** Every try, also those that failed. */
  readonly tries: { chat: string; at: number }[] = [];
  readonly #faults = new Map<string, { fault: Fault; left: number }>();
  readonly #server = createServer((request, response) => void this.#serve(request, response));
  readonly #updates: object[] = [];
  readonly #waiters = new Set<() => void>();
  #updateId = 100;

  static async start(): Promise<FakeTelegram> {
    const fake = new FakeTelegram();
    await new Promise<void>((resolve) => fake.#server.listen(0, '127.0.0.1', resolve));
    return fake;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  fail(chat: string, fault: Fault, times = Number.POSITIVE_INFINITY): void {
    this.#faults.set(chat, { fault, left: times });
  }

  heal(): void {
    this.#faults.clear();
  }

  textsTo(chat: string): string[] {
    return this.sent.filter((message) => message.chat === chat).map(({ text }) => text);
  }

  /** Somebody writes to the bot; `ageSeconds` ago. A negative chat is a group, in which `user` writes. */
  write(chat: number, text: string, ageSeconds = 0, user = 1): void {
    this.#updateId += 1;
    const date = Math.floor(Date.now() / 1_000) - ageSeconds;
    const type = chat < 0 ? 'supergroup' : 'private';
    const message = { message_id: this.#updateId, date, text, chat: { id: chat, type }, from: { id: user } };
    this.#updates.push({ update_id: this.#updateId, message });
    this.#wake();
  }

  /** Resolves as soon as `holds` does, which is asked after every call. */
  async until(holds: () => boolean, withinMs = 8_000): Promise<void> {
    const deadline = Date.now() + withinMs;
    while (!holds()) {
      if (Date.now() > deadline) throw new Error(`Telegram was sent ${JSON.stringify(this.sent)}`);
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#waiters.add(resolve);
      const timer = setTimeout(resolve, 500);
      await promise;
      clearTimeout(timer);
      this.#waiters.delete(resolve);
    }
  }

  async close(): Promise<void> {
    this.#wake();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #wake(): void {
    for (const waiter of [...this.#waiters]) waiter();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString();
    const body = text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
    const [, bot, method] = /^\/bot([^/]+)\/(\w+)/.exec(request.url ?? '') ?? [];
    if (bot !== this.token) return this.#answer(response, 401, { description: 'Unauthorized' });
    if (method === 'sendMessage') return this.#send(body, request, response);
    if (method === 'getUpdates') return await this.#poll(body, request, response);
    this.#answer(response, 404, { description: 'Not Found' });
  }

  #send(body: Record<string, unknown>, request: IncomingMessage, response: ServerResponse): void {
    const chat = String(body.chat_id);
    this.tries.push({ chat, at: Date.now() });
    const fault = this.#faultFor(chat);
    const entities = (body.entities ?? []) as SentMessage['entities'];
    if (fault?.kind !== 'hang' && fault?.kind !== 'status') {
      this.sent.push({ chat, text: String(body.text), entities, at: Date.now() });
    }
    switch (fault?.kind) {
      case 'status': {
        const parameters = { retry_after: fault.retryAfter, migrate_to_chat_id: fault.migrateTo };
        this.#answer(response, fault.status, { description: fault.description ?? 'fault', parameters });
        break;
      }
      case 'lost_answer':
        request.socket.destroy();
        break;
      case 'hang':
        break;
      case undefined:
        this.#answer(response, 200, {
          result: { message_id: this.sent.length, date: 0, chat: { id: 1, type: 'private' } },
        });
    }
    this.#wake();
  }

  #faultFor(chat: string): Fault | undefined {
    for (const key of [chat, '*']) {
      const found = this.#faults.get(key);
      if (found === undefined || found.left <= 0) continue;
      found.left -= 1;
      return found.fault;
    }
    return undefined;
  }

  async #poll(body: Record<string, unknown>, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const offset = Number(body.offset ?? 0);
    const pending = () => this.#updates.filter((update) => (update as { update_id: number }).update_id >= offset);
    let gone = false;
    const leave = () => {
      gone = true;
      this.#wake();
    };
    request.socket.once('close', leave);
    const deadline = Date.now() + Number(body.timeout ?? 0) * 1_000;
    while (pending().length === 0 && !gone && Date.now() < deadline && this.#server.listening) {
      await new Promise<void>((resolve) => {
        this.#waiters.add(resolve);
        setTimeout(resolve, 200).unref();
      });
    }
    request.socket.off('close', leave);
    this.#answer(response, 200, { result: pending() });
  }

  #answer(response: ServerResponse, status: number, body: object): void {
    if (response.destroyed) return;
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ ok: status === 200, ...(status === 200 ? {} : { error_code: status }), ...body }));
  }
}
