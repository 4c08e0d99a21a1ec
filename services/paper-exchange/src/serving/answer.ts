export interface CallRequest {
  readonly method: string;
  readonly path: string;
  /** Without the question mark, exactly as sent. */
  readonly query: string;
  readonly body: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly ip: string;
}

/** `destroy`: the socket goes down without an answer. */
export type Answer =
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly body: string;
      /** What goes out instead of the text, where it is none. */
      readonly bytes?: Uint8Array<ArrayBuffer>;
      readonly headers: Record<string, string>;
    }
  | { readonly kind: 'destroy' };
