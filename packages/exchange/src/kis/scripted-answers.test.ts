import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createExchange } from '../create-exchange.ts';
import type { Exchange, OrderRef } from '../exchange.ts';
import { byRoute, type Reaction, type ScriptedVenue, startScriptedVenue } from '../testing/scripted-venue.ts';
import { issueKisToken } from './issue-token.ts';
import { koreanDay } from './korean-time.ts';

const credentials = { apiKey: 'k1', secret: 'k1-secret', accountNumber: '12345678-01' };
const day = koreanDay(Date.now());
const numbered: OrderRef = {
  clientOrderId: 'demo-1',
  symbol: '005930/KRW',
  conditional: false,
  exchangeOrderId: `${day}-06010-0000012345`,
};
const row = (more: object = {}) => ({
  ord_dt: day,
  ord_gno_brno: '06010',
  odno: '0000012345',
  sll_buy_dvsn_cd: '02',
  pdno: '005930',
  ord_qty: '10',
  ord_unpr: '70000',
  ord_tmd: '093015',
  tot_ccld_qty: '0',
  avg_prvs: '0',
  rmn_qty: '10',
  ...more,
});
const trading = '/uapi/domestic-stock/v1/trading';
const takenIn = { rt_cd: '0', output: { KRX_FWDG_ORD_ORGNO: '06010', ODNO: '0000012346', ORD_TMD: '093020' } };

let venue: ScriptedVenue;
let exchange: Exchange;
let pages: Reaction[];

const page = (rows: object[], next?: string): Reaction => ({
  json: { rt_cd: '0', output1: rows, ctx_area_fk100: 'key', ctx_area_nk100: next ?? '' },
  headers: { tr_cont: next === undefined ? 'D' : 'M' },
});
const paths = () => venue.seen.map(({ path }) => path.split('/').at(-1));

beforeEach(async () => {
  venue = await startScriptedVenue();
  pages = [];
  byRoute(venue, {
    [`POST ${trading}/order-rvsecncl`]: () => ({ json: takenIn }),
    [`GET ${trading}/inquire-daily-ccld`]: () => pages.shift() ?? 'reset',
  });
  const tokens = { current: async () => 'demo-token', drop: () => {} };
  exchange = createExchange({ venue: 'kis', credentials, endpoint: venue.endpoint, tokens });
});
afterEach(async () => {
  await exchange.close();
  await venue.close();
});

const stamp = () => ({ signedAt: Date.now(), receiveWindowMs: 3_000 });
const cancel = async (ref = numbered) => (await exchange.cancel([ref], stamp()))[0];

describe('a placement', () => {
  const place = async (reaction: Reaction) => {
    byRoute(venue, { [`POST ${trading}/order-cash`]: () => reaction });
    const { symbol, clientOrderId } = numbered;
    const order = { symbol, clientOrderId, type: 'LIMIT', side: 'buy', quantity: '10', reduceOnly: false } as const;
    return (await exchange.place([{ ...order, price: '70000', stopPrice: null }], stamp()))[0];
  };

  it('that KIS takes in without a number of it is unresolved: it may rest there', async () => {
    for (const output of [undefined, {}, { ...takenIn.output, ODNO: '' }]) {
      expect(await place({ json: { rt_cd: '0', output } })).toMatchObject({
        kind: 'unresolved',
        failure: { action: 'resolve' },
      });
    }
    expect(venue.seen).toHaveLength(3);
  });

  it('that is refused in words that quote the request keeps keys and token to itself', async () => {
    const text = JSON.stringify(
      await place({ json: { rt_cd: '1', msg_cd: 'APBK9999', msg1: 'k1-secret demo-token of k1' } }),
    );
    expect(text).toContain('APBK9999');
    expect(text).not.toMatch(/k1|demo-token/);
  });
});

describe('a cancel that KIS has taken in', () => {
  it('is no cancel while the list of the day still shows the order at rest, or says nothing', async () => {
    pages = [page([row()])];
    expect(await cancel()).toMatchObject({ kind: 'unresolved', failure: { action: 'resolve' } });
    pages = [page([])];
    expect(await cancel()).toMatchObject({ kind: 'unresolved' });
    expect(await cancel()).toMatchObject({ kind: 'unresolved' });
    expect(paths().filter((path) => path === 'order-rvsecncl')).toHaveLength(3);
  });

  it('came too late where the list has the order filled', async () => {
    pages = [page([row({ tot_ccld_qty: '10', rmn_qty: '0', avg_prvs: '70000' })])];
    expect(await cancel()).toMatchObject({ kind: 'gone' });
  });
});

describe('an order whose number is not known', () => {
  it('is neither absent nor cancelled: nothing is asked, and nothing is proven', async () => {
    const unnumbered = { ...numbered, exchangeOrderId: null };
    expect(await exchange.find(unnumbered)).toMatchObject({ kind: 'unavailable', failure: { action: 'resolve' } });
    expect(await cancel(unnumbered)).toMatchObject({ kind: 'refused', failure: { action: 'resolve' } });
    expect(venue.seen).toEqual([]);
  });
});

describe('the list of the day', () => {
  it('is read to its last page, each asked for by what the one before says', async () => {
    pages = [page([row({ odno: '0000000001' })], 'next'), page([row()])];
    expect(await exchange.find(numbered)).toMatchObject({ kind: 'found' });
    expect(venue.seen.map(({ params }) => params.CTX_AREA_NK100)).toEqual(['', 'next']);
    expect(venue.seen.map(({ headers }) => headers.tr_cont)).toEqual(['', 'N']);
    expect(venue.seen[0]?.params).toMatchObject({ INQR_STRT_DT: day, INQR_END_DT: day, PDNO: '005930' });
  });

  it.each([
    ['ends before its last page', [page([], 'next'), 'reset']],
    ['says that there is more, and not where', [page([], ' ')]],
    ['has a row that cannot be read', [page([{ odno: 'x' }])]],
  ] as [string, Reaction[]][])('proves no order absent where it %s', async (_what, of) => {
    pages = of;
    expect(await exchange.find(numbered)).toMatchObject({ kind: 'unavailable' });
  });

  it('proves an order absent where it is whole and without it, other stocks and other days aside', async () => {
    pages = [page([row({ pdno: '000660' }), row({ odno: '0000000001' })])];
    expect(await exchange.find(numbered)).toEqual({ kind: 'absent' });
  });

  it('tells as fills what was executed from an instant or an order on, and not what came before', async () => {
    const filled = (odno: string, ord_tmd: string) =>
      row({ odno, ord_tmd, tot_ccld_qty: '10', rmn_qty: '0', avg_prvs: '70000' });
    const rows = [filled('0000000001', '093000'), filled('0000000002', '100000'), row({ odno: '0000000003' })];
    const numbers = async (from: Parameters<Exchange['fills']>[1]) => {
      pages = [page(rows)];
      return (await exchange.fills(numbered.symbol, from)).map(({ exchangeOrderId }) => exchangeOrderId.slice(-1));
    };
    expect(await numbers({ fromId: `${day}-06010-0000000002` })).toEqual(['2']);
    const at = (time: string) => Date.parse(`${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6)}T${time}+09:00`);
    expect(await numbers({ since: at('09:30:01') })).toEqual(['2']);
    expect(await numbers({ since: 0, until: at('09:59:59') })).toEqual(['1']);
  });
});

describe('requests', () => {
  it('leave evenly spread over a second, 18 of them', async () => {
    pages = Array.from({ length: 4 }, () => page([]));
    const began = performance.now();
    await Promise.all(Array.from({ length: 4 }, () => exchange.openOrders(numbered.symbol)));
    expect(performance.now() - began).toBeGreaterThan(3 * 54);
  });
});

describe('the account', () => {
  it('holds no stock that was sold and is not settled yet', async () => {
    const stock = { pdno: '005930', hldg_qty: '3', pchs_avg_pric: '70000.0000', prpr: '71000' };
    const output1 = [stock, { ...stock, pdno: '000660', hldg_qty: '0' }];
    const output2 = [{ prvs_rcdl_excc_amt: '1000', tot_evlu_amt: '214000' }];
    byRoute(venue, { [`GET ${trading}/inquire-balance`]: () => ({ json: { rt_cd: '0', output1, output2 } }) });
    expect((await exchange.positions()).map(({ symbol, quantity }) => [symbol, quantity])).toEqual([
      ['005930/KRW', '3'],
    ]);
  });

  it('has no price of a code that is no stock, which is answered with zeros', async () => {
    const path = '/uapi/domestic-stock/v1/quotations/inquire-price';
    byRoute(venue, { [`GET ${path}`]: () => ({ json: { rt_cd: '0', output: { stck_prpr: '0' } } }) });
    await expect(exchange.ticker('999999/KRW')).rejects.toThrow();
  });
});

describe('a token', () => {
  const issue = (reaction: Reaction) => {
    byRoute(venue, { 'POST /oauth2/tokenP': () => reaction });
    return issueKisToken(credentials, venue.endpoint, () => Date.parse('2026-11-20T00:00:00Z'));
  };

  it('that is handed out again has the time it had: the earlier of its length and its own end', async () => {
    const json = { access_token: 't', expires_in: 86_400 };
    expect(await issue({ json: { ...json, access_token_token_expired: '2026-11-20 10:00:00' } })).toEqual({
      token: 't',
      expiresAt: Date.parse('2026-11-20T01:00:00Z'),
    });
    expect(await issue({ json })).toMatchObject({ expiresAt: Date.parse('2026-11-21T00:00:00Z') });
  });

  it('that is refused is told of without the keys', async () => {
    const json = { error_code: 'EGW00105', error_description: 'k1-secret of k1' };
    const failure = await issue({ status: 403, json }).catch((error) => error.failure);
    expect(failure).toMatchObject({ code: 'EGW00105', message: expect.stringContaining('no access token') });
    expect(failure.message).not.toContain('k1');
  });
});
