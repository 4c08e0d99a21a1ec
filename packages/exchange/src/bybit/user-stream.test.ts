import { describe, expect, it } from 'vitest';
import { mapUserFrame } from './user-stream.ts';

/** An order in the documented shape, with more fields than are read. */
const order = (more: object) => ({
  symbol: 'BTCUSDT',
  orderId: '5cf98598-39a7-459e-97bf-76ca765ee020',
  orderLinkId: 'ours-1',
  side: 'Sell',
  orderType: 'Limit',
  cancelType: 'UNKNOWN',
  stopOrderType: '',
  price: '97000.5',
  triggerPrice: '',
  qty: '0.100',
  orderStatus: 'New',
  rejectReason: 'EC_NoError',
  avgPrice: '',
  cumExecQty: '0.000',
  reduceOnly: false,
  updatedTime: '1672364262457',
  category: 'linear',
  ...more,
});
const execution = (more: object) => ({
  category: 'linear',
  symbol: 'BTCUSDT',
  execFee: '26.3725275',
  execId: '0ab1bdf7-4219-438b-b30a-32ec863018f7',
  execPrice: '95900.1',
  execQty: '0.5',
  execType: 'Trade',
  leavesQty: '0.5',
  orderId: '9aac161b-8ed6-450d-9cab-c5cc67c21784',
  orderLinkId: 'ours-2',
  orderPrice: '94942.5',
  orderQty: '1',
  orderType: 'Market',
  stopOrderType: 'UNKNOWN',
  side: 'Sell',
  execTime: '1746270400353',
  isMaker: false,
  execPnl: '0.05',
  feeCurrency: 'USDT',
  ...more,
});
const read = (message: object) => mapUserFrame(JSON.stringify(message), (symbol) => symbol.replace('USDT', '/USDT'));
const orders = (...data: object[]) => read({ topic: 'order.linear', id: 'x', creationTime: 1, data });
const statusOf = (more: object) => {
  const frames = orders(order(more));
  const [frame] = frames !== null && 'length' in frames ? frames : [];
  return frame?.kind === 'order' ? [frame.report.status, frame.report.reason ?? null] : frame?.kind;
};

describe('A frame of Bybit’s private stream', () => {
  it('tells of every order in it', () => {
    expect(orders(order({}), order({ orderLinkId: 'ours-2', orderStatus: 'Filled', cumExecQty: '0.1' }))).toMatchObject(
      [
        {
          kind: 'order',
          fill: null,
          report: { clientOrderId: 'ours-1', status: 'open', executed: '0', price: '97000.5' },
        },
        { kind: 'order', fill: null, report: { clientOrderId: 'ours-2', status: 'filled', executed: '0.1' } },
      ],
    );
  });

  it.each([
    [{ orderStatus: 'PartiallyFilled', cumExecQty: '0.05' }, ['open', null]],
    [{ orderStatus: 'Cancelled', cumExecQty: '0.05', rejectReason: 'EC_PerCancelRequest' }, ['cancelled', null]],
    // What executed in part and lost its rest to the book has not failed.
    [
      { orderStatus: 'Cancelled', cumExecQty: '0.05', rejectReason: 'EC_CancelForNoFullFill' },
      ['cancelled', 'EC_CancelForNoFullFill'],
    ],
    [
      { orderStatus: 'Cancelled', orderType: 'Market', rejectReason: 'EC_NoImmediateQtyToFill' },
      ['rejected', 'EC_NoImmediateQtyToFill'],
    ],
    [{ orderStatus: 'Rejected', rejectReason: 'EC_InvalidPriceScale' }, ['rejected', 'EC_InvalidPriceScale']],
    [{ orderStatus: 'Untriggered', stopOrderType: 'Stop', triggerPrice: '98000' }, ['open', null]],
    [{ orderStatus: 'Triggered', stopOrderType: 'Stop', triggerPrice: '98000' }, ['triggered', null]],
    [{ orderStatus: 'New', stopOrderType: 'TakeProfit', triggerPrice: '98000' }, ['triggered', null]],
    [{ orderStatus: 'Deactivated', stopOrderType: 'Stop', rejectReason: 'EC_PerCancelRequest' }, ['cancelled', null]],
    [{ orderStatus: 'SomethingNew' }, 'unreadable'],
    [{ qty: undefined }, 'unreadable'],
  ])('says of an order with %j what it is', (more, expected) => {
    expect(statusOf(more)).toEqual(expected);
  });

  it('tells an execution with how far its order has come, and nothing of fundings', () => {
    const data = [execution({}), execution({ execType: 'Funding' }), execution({ leavesQty: '0' })];
    const fill = {
      tradeId: '0ab1bdf7-4219-438b-b30a-32ec863018f7',
      quantity: '0.5',
      fee: '26.3725275',
      realizedPnl: '0.05',
    };
    expect(read({ topic: 'execution.linear', data })).toMatchObject([
      { kind: 'order', fill, report: { clientOrderId: 'ours-2', status: 'open', executed: '0.5', type: 'MARKET' } },
      { kind: 'order', fill, report: { status: 'filled', executed: '1' } },
    ]);
  });

  it('asks for the topics once the key is taken, and ends where it is not', () => {
    const asked = read({ success: true, ret_msg: '', op: 'auth', conn_id: 'x' });
    expect(asked).toMatchObject({ kind: 'reply', text: expect.stringContaining('execution.linear') });
    expect(read({ success: false, ret_msg: 'Params Error', op: 'auth' })).toMatchObject({ kind: 'ended' });
    expect(read({ success: true, op: 'subscribe' })).toEqual({ kind: 'subscribed' });
    expect(read({ success: false, ret_msg: 'error', op: 'subscribe' })).toMatchObject({ kind: 'ended' });
    expect(read({ req_id: '', op: 'pong', args: ['1'] })).toBeNull();
    expect(mapUserFrame('<html>', String)).toEqual({ kind: 'unreadable' });
  });
});
