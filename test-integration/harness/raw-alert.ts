import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { AlertBody } from './gateway-client.ts';
import { tokenOf } from './test-configuration.ts';

/** Sends an alert over a socket of its own and leaves the socket to the caller, who may hang up before the answer. */
export async function sendRaw(gatewayUrl: string, body: AlertBody): Promise<Socket> {
  const { hostname, port } = new URL(gatewayUrl);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => {});
  await once(socket, 'connect');
  const text = JSON.stringify({ token: tokenOf(body.group_name), ...body });
  const length = Buffer.byteLength(text);
  socket.write(`POST /api/webhook HTTP/1.1\r\nHost: ${hostname}\r\nContent-Length: ${length}\r\n\r\n${text}`);
  return socket;
}
