import { describe, expect, it } from 'vitest';
import { kisDomain } from './kis-domain.ts';
import { mapDayOrders, readRow } from './map-order.ts';
import { fromOrderId, toOrderId } from './order-id.ts';

const venueRow = (more: object = {}) => ({
  ord_dt: '20261120',
  ord_gno_brno: '06010',
  odno: '0000012345',
  orgn_odno: '0000000000',
  sll_buy_dvsn_cd: '02',
  pdno: '005930',
  ord_dvsn_cd: '00',
  ord_qty: '10',
  ord_unpr: '70000',
  ord_tmd: '093015',
  tot_ccld_qty: '4',
  avg_prvs: '69950.0000',
  cncl_yn: '',
  cnc_cfrm_qty: '0',
  rmn_qty: '6',
  rjct_qty: '0',
  infm_tmd: '',
  ...more,
});
const map = (rows: object[], today = '20261120') =>
  mapDayOrders(
    rows.map((row) => readRow(row)!),
    '005930/KRW',
    today,
  );
const cancelOf = (more: object = {}) =>
  venueRow({ odno: '12399', orgn_odno: '0000012345', cncl_yn: 'Y', cnc_cfrm_qty: '6', tot_ccld_qty: '0', ...more });

describe('a row of the day list', () => {
  it('is an order with what it executed and the Korean time it was placed at', () => {
    expect(map([venueRow()])).toEqual([
      {
        clientOrderId: null,
        exchangeOrderId: '20261120-06010-0000012345',
        triggeredOrderId: null,
        symbol: '005930/KRW',
        side: 'buy',
        type: 'LIMIT',
        conditional: false,
        status: 'open',
        price: '70000',
        stopPrice: null,
        quantity: '10',
        executed: '4',
        averagePrice: '69950',
        reduceOnly: false,
        updatedAt: Date.parse('2026-11-20T00:30:15Z'),
        placedAt: Date.parse('2026-11-20T00:30:15Z'),
      },
    ]);
  });

  it.each([
    ['filled', { tot_ccld_qty: '10', rmn_qty: '0' }],
    ['cancelled', { cnc_cfrm_qty: '6', rmn_qty: '0' }],
    ['cancelled', { cncl_yn: 'Y' }],
    ['rejected', { rjct_qty: '6', rmn_qty: '0' }],
    // Nothing rests and nothing says why: it was amended and goes on under another number.
    ['cancelled', { rmn_qty: '0' }],
  ])('is %s where it says %j', (status, more) => expect(map([venueRow(more)])).toMatchObject([{ status }]));

  it('of a stop that has triggered rests as one that has: it must not wait for its price again', () => {
    const stop = { ord_dvsn_cd: '22', stpm_cndt_pric: '71000' };
    const triggered = { ...stop, stpm_efct_occr_dtmd: '101500' };
    expect(map([venueRow(stop)])).toMatchObject([{ status: 'open', conditional: true }]);
    expect(map([venueRow(triggered)])).toMatchObject([{ status: 'triggered', conditional: false }]);
    expect(map([venueRow({ ...triggered, rmn_qty: '0', tot_ccld_qty: '10' })])).toMatchObject([{ status: 'filled' }]);
    expect(map([venueRow(triggered)], '20261123')).toMatchObject([{ status: 'expired' }]);
  });

  it('of an earlier day rests no more', () => {
    expect(map([venueRow()], '20261123')).toMatchObject([{ status: 'expired', executed: '4' }]);
  });

  it('of a cancel is no order, and tells of the order it names', () => {
    expect(map([venueRow(), cancelOf()])).toMatchObject([{ status: 'cancelled', executed: '4' }]);
    expect(map([venueRow(), cancelOf({ orgn_odno: '0000000777' })])).toMatchObject([{ status: 'open' }]);
  });

  it('may leave numbers blank where there are none', () => {
    expect(map([venueRow({ tot_ccld_qty: ' ', avg_prvs: '' })])).toMatchObject([{ executed: '0', averagePrice: null }]);
  });

  it('that stands on two pages counts once', () => {
    expect(map([venueRow({ tot_ccld_qty: '0' }), venueRow()])).toMatchObject([{ executed: '4' }]);
  });

  it('in another shape is unreadable, not a guess', () => {
    expect(readRow(venueRow({ ord_qty: 'ten' }))).toBeUndefined();
    expect(readRow(venueRow({ ord_qty: '-' }))).toBeUndefined();
    expect(readRow(venueRow({ sll_buy_dvsn_cd: '03' }))).toBeUndefined();
    expect(readRow({})).toBeUndefined();
  });

  it('without a time is unreadable: left out, its order would pass for one that is not there', () => {
    expect(readRow(venueRow({ ord_tmd: '' }))).toBeUndefined();
    expect(readRow(venueRow({ ord_tmd: '256099' }))).toBeUndefined();
  });
});

it('an order number keeps its day and branch as text', () => {
  const id = { day: '20261120', branch: '06010', number: '12345' };
  expect(toOrderId(id)).toBe('20261120-06010-0000012345');
  expect(fromOrderId(toOrderId(id))).toEqual({ ...id, number: '0000012345' });
  expect(fromOrderId('12345')).toBeUndefined();
});

it('the paper domain has names of its own for the same requests', () => {
  const paper = kisDomain('https://openapivts.koreainvestment.com:29443');
  expect(paper).toMatchObject({ kind: 'paper', listOrigin: 'https://new.real.download.dws.co.kr' });
  expect(paper.transactions).toMatchObject({ place: { buy: 'VTTC0012U', sell: 'VTTC0011U' }, price: 'FHKST01010100' });
  expect(kisDomain(null)).toMatchObject({ kind: 'live', transactions: { change: 'TTTC0013U' } });
  expect(kisDomain('http://127.0.0.1:8090')).toMatchObject({ kind: 'live', listOrigin: 'http://127.0.0.1:8090' });
});
