import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createExchange } from '../create-exchange.ts';
import type { Exchange, OrderRef } from '../exchange.ts';
import { byRoute, type Reaction, type ScriptedVenue, startScriptedVenue } from '../testing/scripted-venue.ts';
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
    'POST /uapi/domestic-stock/v1/trading/order-rvsecncl': () => ({ json: takenIn }),
    'GET /uapi/domestic-stock/v1/trading/inquire-daily-ccld': () => pages.shift() ?? 'reset',
  });
  const tokens = { current: async () => 'demo-token', drop: () => {} };
  exchange = createExchange({ venue: 'kis', credentials, endpoint: venue.endpoint, tokens });
});
afterEach(async () => {
  await exchange.close();
  await venue.close();
});

const cancel = async (ref = numbered) =>
  (await exchange.cancel([ref], { signedAt: Date.now(), receiveWindowMs: 3_000 }))[0];

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
});
