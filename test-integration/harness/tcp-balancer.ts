import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/**
 * What a Kubernetes Service does: gives each new connection to the next of its endpoints, and leaves those it has given
 * where they are, also when their endpoint is taken away.
 */
export class TcpBalancer {
  readonly #endpoints: number[];
  readonly #server = createServer((socket) => this.#give(socket));
  readonly #sockets = new Set<Socket>();
  #turn = 0;

  private constructor(ports: readonly number[]) {
    this.#endpoints = [...ports];
  }

  static async start(ports: readonly number[]): Promise<TcpBalancer> {
    const balancer = new TcpBalancer(ports);
    balancer.#server.listen(0, '127.0.0.1');
    await once(balancer.#server, 'listening');
    return balancer;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  add(port: number): void {
    this.#endpoints.push(port);
  }

  remove(port: number): void {
    this.#endpoints.splice(this.#endpoints.indexOf(port), 1);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #give(outer: Socket): void {
    this.#turn += 1;
    const inner = connect(this.#endpoints[this.#turn % this.#endpoints.length]!, '127.0.0.1');
    for (const [from, to] of [
      [outer, inner],
      [inner, outer],
    ] as const) {
      this.#sockets.add(from);
      from.setNoDelay(true);
      from.on('error', () => to.destroy());
      from.on('close', () => {
        this.#sockets.delete(from);
        to.destroySoon();
      });
      from.pipe(to);
    }
  }
}
