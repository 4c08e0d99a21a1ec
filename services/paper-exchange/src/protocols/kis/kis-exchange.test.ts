import { beforeEach, describe, expect, it } from 'vitest';
import { KisExchange } from './kis-exchange.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** A Friday, 10:00 in Seoul. */
const friday = Date.parse('2026-11-20T10:00:00+09:00');

let clock: number;
let exchange: KisExchange;
let token: string;

beforeEach(async () => {
  clock = friday;
  exchange = new KisExchange({
    accounts: [{ name: 'one', key: 'k', secret: 's', balance: '10000000' }],
    seed: 1,
    moves: false,
    latency: { minMs: 0, maxMs: 0 },
    enforceRateLimits: true,
    clock: () => clock,
  });
  token = (await issue()).access_token;
});

async function ask(method: string, path: string, transaction: string, fields: Record<string, string>) {
  const get = method === 'GET';
  const answer = await exchange.answer({
    method,
    path,
    query: get ? new URLSearchParams(fields).toString() : '',
    body: get ? '' : JSON.stringify(fields),
    headers: { appkey: 'k', appsecret: 's', authorization: `Bearer ${token}`, tr_id: transaction },
    ip: 'test',
  });
  if (answer.kind !== 'answer') throw new Error('no answer');
  return { status: answer.status, headers: answer.headers, body: JSON.parse(answer.body) };
}

const issue = async () => (await ask('POST', '/oauth2/tokenP', '', { appkey: 'k', appsecret: 's' })).body;
const account = { CANO: '12345678', ACNT_PRDT_CD: '01' };
const place = (more: Record<string, string> = {}, transaction = 'TTTC0012U') =>
  ask('POST', '/uapi/domestic-stock/v1/trading/order-cash', transaction, {
    ...account,
    ...{ PDNO: '005930', ORD_DVSN: '00', ORD_QTY: '1', ORD_UNPR: '70000', EXCG_ID_DVSN_CD: 'KRX' },
    ...more,
  });

describe('a token', () => {
  it('is given once a minute, the same one within six hours, and another after them', async () => {
    expect(await issue()).toMatchObject({ error_code: 'EGW00133' });
    clock += MINUTE;
    expect(await issue()).toMatchObject({ access_token: token, expires_in: 86_340 });
    clock += 6 * HOUR;
    const next = await issue();
    expect(next.access_token).not.toBe(token);
    expect(next.access_token_token_expired).toBe('2026-11-21 16:01:00');
  });

  it('expires after a day, which is said with HTTP 200', async () => {
    clock += 24 * HOUR;
    expect(await place()).toMatchObject({ status: 200, body: { rt_cd: '1', msg_cd: 'EGW00123' } });
    token = 'another';
    expect(await place()).toMatchObject({ status: 500, body: { msg_cd: 'EGW00121' } });
  });
});

describe('orders', () => {
  it('are numbered from one, each day anew', async () => {
    expect((await place()).body.output).toMatchObject({ ODNO: '0000000001', ORD_TMD: '100000' });
    expect((await place()).body.output.ODNO).toBe('0000000002');
    clock += 23 * HOUR;
    expect((await place()).body.output.ODNO).toBe('0000000001');
  });

  it('are taken in session alone, where the session follows the clock', async () => {
    exchange.venue.switches.session = 'by-clock';
    expect((await place()).body.rt_cd).toBe('0');
    for (const at of ['2026-11-20T08:59:59', '2026-11-20T15:30:00', '2026-11-21T09:30:00']) {
      clock = Date.parse(`${at}+09:00`);
      expect((await place()).body, at).toMatchObject({ rt_cd: '1', msg_cd: 'APBK0919' });
    }
  });

  it.each([
    ['on the ladder of ticks', { ORD_UNPR: '70050' }],
    ['within the limits of the day', { ORD_UNPR: '92400' }],
    ['in whole shares', { ORD_QTY: '1.5' }],
    ['as text, not as numbers', { ORD_QTY: 1 as unknown as string }],
  ])('are taken %s alone', async (_, more) => {
    expect((await place(more)).body.rt_cd).toBe('1');
  });

  it('beyond 18 a second are refused, and on paper beyond one', async () => {
    const codes = await Promise.all(Array.from({ length: 19 }, async () => (await place()).body.rt_cd));
    expect(codes.filter((code) => code === '0')).toHaveLength(18);
    clock += 1_000;
    exchange.venue.switches.domain = 'paper';
    expect((await place({}, 'VTTC0012U')).body.rt_cd).toBe('0');
    expect((await place({}, 'VTTC0012U')).body.msg_cd).toBe('EGW00201');
  });
});
