import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';

/** One request as a signed client sent it: its path, and its parameters from query and body together. */
export type SeenRequest = {
  method: string;
  path: string;
  host: string;
  apiKey: string | undefined;
  headers: IncomingHttpHeaders;
  params: Record<string, string>;
  /** As it came. */
  body: string;
};

/** What the venue does with a request. `reset` and `hang` happen after the request was read whole. */
export type Reaction =
  | { status?: number; json: unknown; headers?: Record<string, string> }
  | { status?: number; text: string; headers?: Record<string, string> }
  | 'reset'
  | 'hang';

export type ScriptedVenue = {
  endpoint: string;
  seen: SeenRequest[];
  /** Answers every request from now on; called with each. */
  onRequest(react: (request: SeenRequest) => Reaction): void;
  /** Called with each stream that is opened. Pings are answered unless it says `deaf`. */
  onStream(accept: (socket: WebSocket, request: IncomingMessage) => unknown): void;
  close(): Promise<void>;
};

/** A local HTTP server that speaks as a test tells it to. */
export async function startScriptedVenue(): Promise<ScriptedVenue> {
  const seen: SeenRequest[] = [];
  let react: (request: SeenRequest) => Reaction = () => ({ status: 404, text: '' });
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      const read = readRequest(request, body);
      seen.push(read);
      answer(react(read), response);
    });
  });
  let accept: (socket: WebSocket, request: IncomingMessage) => unknown = (socket) => socket.terminate();
  const streams = new WebSocketServer({ server, autoPong: false });
  streams.on('connection', (socket, request) => {
    const deaf = accept(socket, request) === 'deaf';
    socket.on('ping', (data) => {
      if (!deaf) socket.pong(data);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    onRequest(next) {
      react = next;
    },
    onStream(next) {
      accept = next;
    },
    async close() {
      for (const socket of streams.clients) socket.terminate();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function readRequest(request: IncomingMessage, body: string): SeenRequest {
  const url = new URL(request.url ?? '/', 'http://venue');
  return {
    method: request.method ?? '',
    path: url.pathname,
    host: request.headers.host ?? '',
    apiKey: request.headers['x-mbx-apikey'] as string | undefined,
    headers: request.headers,
    params: { ...Object.fromEntries(url.searchParams), ...Object.fromEntries(new URLSearchParams(body)) },
    body,
  };
}

function answer(reaction: Reaction, response: ServerResponse): void {
  if (reaction === 'hang') return;
  if (reaction === 'reset') {
    (response.socket as Socket).resetAndDestroy();
    return;
  }
  const body = 'json' in reaction ? JSON.stringify(reaction.json) : reaction.text;
  response.writeHead(reaction.status ?? 200, { 'content-type': 'application/json', ...reaction.headers }).end(body);
}

/** Answers by method and path, 404 for the rest. */
export const byRoute = (venue: ScriptedVenue, routes: Record<string, (request: SeenRequest) => Reaction>) =>
  venue.onRequest((request) => routes[`${request.method} ${request.path}`]?.(request) ?? { status: 404, text: '' });
