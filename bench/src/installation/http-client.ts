import { Agent, request } from 'node:http';

export type HttpAnswer = { status: number; text: string };

/** Kept open, as a sender's would be; more than anything here sends at once. */
const agent = new Agent({ keepAlive: true, maxSockets: 256 });

/** One request over a kept connection. Lighter than fetch: what the sender costs is no part of what is measured. */
export function send(
  url: string,
  options: { method: string; headers?: Record<string, string>; body?: string },
): Promise<HttpAnswer> {
  const { method, headers = {}, body } = options;
  return new Promise((resolve, reject) => {
    const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
    const outgoing = request(url, { method, agent, headers: { ...headers, ...length } }, (incoming) => {
      const parts: Buffer[] = [];
      incoming.on('data', (part: Buffer) => parts.push(part));
      incoming.on('end', () => resolve({ status: incoming.statusCode ?? 0, text: Buffer.concat(parts).toString() }));
      incoming.on('error', reject);
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}
