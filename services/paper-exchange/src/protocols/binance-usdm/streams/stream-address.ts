/** Since 2026-03 the venue keeps its streams apart by address; what comes without one of them is the old address. */
export type StreamRoute = 'public' | 'market' | 'private' | 'unrouted';

/** A user data stream as a client names it: a listen key and, where it chose, the events it wants. */
export interface KeySubscription {
  readonly key: string;
  readonly events: ReadonlySet<string> | undefined;
}

export interface StreamAddress {
  readonly route: StreamRoute;
  /** `/stream`: every event is wrapped in `{stream, data}`. */
  readonly combined: boolean;
  readonly streams: readonly string[];
  readonly keys: readonly KeySubscription[];
}

const pathPattern = /^(?:\/(public|market|private))?\/(ws|stream)(?:\/(.*))?$/;

/** Names of market streams have an `@` or start with `!`; anything else may be a listen key. */
export const isListenKeyName = (name: string): boolean => name.length >= 32 && !/[@!]/.test(name);

/** What the address of a handshake asks for, or undefined when there is nothing at that address. */
export function parseStreamAddress(url: string): StreamAddress | undefined {
  const { pathname, searchParams } = new URL(url, 'http://venue');
  const match = pathPattern.exec(pathname);
  if (match === null) return undefined;
  const names = [match[3] ?? '', searchParams.get('streams') ?? ''].flatMap((text) => text.split('/')).filter(Boolean);
  const keys: KeySubscription[] = names.filter(isListenKeyName).map((key) => ({ key, events: undefined }));
  // `listenKey=A&events=X/Y&listenKey=B`: events belong to the key before them.
  for (const [name, value] of searchParams) {
    if (name === 'listenKey') keys.push({ key: value, events: undefined });
    const last = keys.at(-1);
    if (name === 'events' && last) keys[keys.length - 1] = { key: last.key, events: new Set(value.split('/')) };
  }
  return {
    route: (match[1] as StreamRoute | undefined) ?? 'unrouted',
    combined: match[2] === 'stream',
    streams: names.filter((name) => !isListenKeyName(name)),
    keys,
  };
}
