import { keyOf } from './bench-configuration.ts';
import { send } from './http-client.ts';
import type { PaperClient } from './paper-client.ts';

/** An account's user data stream, listened to beside whoever else does. */
export class AccountEars {
  readonly #socket: WebSocket;
  readonly #waiting: { execution: string; heard: (at: number) => void }[] = [];

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.addEventListener('message', ({ data }) => {
      const at = performance.now();
      const { e, o } = JSON.parse(String(data)) as { e: string; o?: { x: string } };
      if (e !== 'ORDER_TRADE_UPDATE') return;
      const place = this.#waiting.findIndex(({ execution }) => execution === o?.x);
      if (place !== -1) this.#waiting.splice(place, 1)[0]!.heard(at);
    });
  }

  static async open(paper: PaperClient, account: string): Promise<AccountEars> {
    const headers = { 'X-MBX-APIKEY': keyOf(account) };
    const { text } = await send(`${paper.url}/fapi/v1/listenKey`, { method: 'POST', headers });
    const { listenKey } = JSON.parse(text) as { listenKey: string };
    const socket = new WebSocket(`${paper.url.replace(/^http/, 'ws')}/private/ws?listenKey=${listenKey}`);
    await new Promise<void>((resolve, reject) => {
      socket.addEventListener('open', () => resolve());
      socket.addEventListener('error', () => reject(new Error(`the stream of ${account} cannot be opened`)));
    });
    return new AccountEars(socket);
  }

  /** When the next event of a kind (`TRADE`, `NEW`) arrives, on the clock of `performance.now()`. */
  next(execution: 'TRADE' | 'NEW'): Promise<number> {
    return new Promise((resolve) => this.#waiting.push({ execution, heard: resolve }));
  }

  close(): void {
    this.#socket.close();
  }
}
