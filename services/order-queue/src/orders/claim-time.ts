/** How long the exchange may accept a signed request after its timestamp: what leaves later is refused by it. */
export const RECEIVE_WINDOW_MS = 3_000;
/** Binance answers a request at most 10 s after it arrived (-1007), so nothing can appear later than this. */
const SERVER_TIMEOUT_MS = 10_000;
/** After this long since the signed instant a request can no longer take effect. */
export const CLAIM_MS = RECEIVE_WINDOW_MS + SERVER_TIMEOUT_MS;
/** A claim this old is renewed before it is sent, so that most of the receive window is left for the wire. */
export const RENEW_CLAIM_AFTER_MS = 1_000;
