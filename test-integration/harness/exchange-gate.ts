import { Agent, createServer, type IncomingMessage, request as requestHttp } from 'node:http';
import { type Trap, Traps } from './trap.ts';

/**
 * Where a call is held: `request`, before the exchange has it; `answer`, after the exchange carried it out and before its
 * sender knows.
 */
export type CallTrap = { call: RegExp; at: 'request' | 'answer' };

type Passed = { status: number; body: string };

/**
 * A way to the exchange that can hold calls and their answers. What was held is passed on when it is released, also when
 * its sender is long gone: a late write.
 */
export type ExchangeGate = {
  url: string;
  /** Where calls go; to be set before the first. */
  target: string;
  /** `call` is matched with the method, the address and the body, decoded, e.g. `POST /fapi/v1/order?…`. */
  trap(trap: CallTrap, times?: number): Trap & { answers: Passed[] };
  close(): Promise<void>;
};

export async function startExchangeGate(): Promise<ExchangeGate> {
  const traps = new Traps<{ call: string; at: CallTrap['at'] }, CallTrap & { answers: Passed[] }>(
    (trap, seen) => trap.at === seen.at && trap.call.test(seen.call),
  );
  const armed: (CallTrap & { answers: Passed[] })[] = [];
  const agent = new Agent({ keepAlive: true, maxSockets: 256 });

  const server = createServer(async (incoming, outgoing) => {
    outgoing.on('error', () => {});
    const body = await read(incoming);
    const call = decodeURIComponent(`${incoming.method} ${incoming.url} ${body.toString('utf8')}`.replaceAll('+', ' '));
    const trapped = armed.filter((trap) => trap.call.test(call));
    await traps.take({ call, at: 'request' });
    const answer = await passOn(gate.target, agent, incoming, body);
    if (answer === undefined) return void outgoing.destroy();
    for (const trap of trapped) trap.answers.push({ status: answer.status, body: answer.body.toString('utf8') });
    await traps.take({ call, at: 'answer' });
    if (outgoing.destroyed) return;
    outgoing.writeHead(answer.status, answer.headers);
    outgoing.end(answer.body);
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const gate: ExchangeGate = {
    url: `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`,
    target: '',
    trap(trap, times = 1) {
      const known = { ...trap, answers: [] };
      armed.push(known);
      return Object.assign(traps.set(known, times), { answers: known.answers });
    },
    async close() {
      traps.releaseAll();
      server.closeAllConnections();
      agent.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return gate;
}

async function read(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of message) chunks.push(chunk as Buffer);
  } catch {
    // Its sender went away; what came is still passed on.
  }
  return Buffer.concat(chunks);
}

/** Undefined when the exchange cut the connection. */
async function passOn(target: string, agent: Agent, incoming: IncomingMessage, body: Buffer) {
  return await new Promise<{ status: number; headers: IncomingMessage['headers']; body: Buffer } | undefined>(
    (settle) => {
      const { connection: _, 'transfer-encoding': __, ...headers } = incoming.headers;
      const outgoing = requestHttp(
        `${target}${incoming.url}`,
        { method: incoming.method ?? 'GET', headers: { ...headers, host: new URL(target).host }, agent },
        async (answer) => {
          const text = await read(answer);
          const { connection: ___, 'transfer-encoding': ____, ...answered } = answer.headers;
          settle({
            status: answer.statusCode ?? 502,
            headers: { ...answered, 'content-length': String(text.length) },
            body: text,
          });
        },
      );
      outgoing.on('error', () => settle(undefined));
      outgoing.end(body);
    },
  );
}
