import { describe, expect, it } from 'vitest';
import { isSignedBy, sign, splitSignature } from './signature.ts';

// The example of Binance's USD-M documentation, with the key pair published there.
const secret = '2b5eb11e18796d12d88f13dc27dbbd02c2cc51ff7059765ed9821957d82bb4d9';
const payload =
  'symbol=BTCUSDT&side=BUY&type=LIMIT&quantity=1&price=9000&timeInForce=GTC&recvWindow=5000&timestamp=1591702613943';
const signature = '3c661234138461fcc7a7d8746c6558c9842d4e10870d2ecbedf7777cad694af9';

describe('the signature of a request', () => {
  it("is Binance's published one for Binance's published futures example", () => {
    expect(sign(secret, payload)).toBe(signature);
  });

  it("is Binance's published one for the spot example", () => {
    const spotSecret = 'NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j';
    const spot =
      'symbol=LTCBTC&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=0.1&recvWindow=5000&timestamp=1499827319559';
    expect(sign(spotSecret, spot)).toBe('c8db56825ae71d6d79447849e617115f4a920fa2acdcab2b053c4b2838bd6b71');
  });

  it('covers query and body joined with nothing between them', () => {
    const cut = payload.indexOf('&quantity');
    const parts = splitSignature(payload.slice(0, cut), `${payload.slice(cut + 1)}&signature=${signature}`);
    expect(parts).toEqual({ payload: payload.slice(0, cut) + payload.slice(cut + 1), signature });
  });

  it('is found wherever it stands and left out of what is signed', () => {
    expect(splitSignature(`signature=ab&${payload}`, '')).toEqual({ payload, signature: 'ab' });
    expect(splitSignature(`${payload}&signature=ab`, '')).toEqual({ payload, signature: 'ab' });
    expect(splitSignature(payload, '').signature).toBeUndefined();
  });

  it('fails when a single character differs', () => {
    expect(isSignedBy(secret, payload, signature)).toBe(true);
    expect(isSignedBy(secret, payload.replace('9000', '9001'), signature)).toBe(false);
    expect(isSignedBy(secret, payload, signature.slice(1))).toBe(false);
  });
});
