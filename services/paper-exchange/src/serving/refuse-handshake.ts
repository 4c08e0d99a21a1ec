import type { Duplex } from 'node:stream';

/** Ends a WebSocket handshake with an HTTP status such as `503 Service Unavailable`. */
export const refuseHandshake = (socket: Duplex, status: string): void => {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
};
