import { expect, test } from 'vitest';
import { manyAlerts, startStackForMany } from '../trials/many-alerts.ts';
import { progress } from '../trials/progress.ts';

/**
 * Every behaviour of the exchange that is only assumed, turned over: what holds must not depend on our guess. The second
 * set has the values that are a third choice, and the one that refuses MARKET orders, which must not hide a LIMIT too many.
 */
const turnedOver = {
  'all other values': {
    clientIdReuse: 'after-filled',
    clientIdScope: 'symbol',
    algoIdsShareNamespace: true,
    duplicateCheck: 'last',
    triggeredOrderClientId: 'generated',
    algoCountsTowardSymbolCap: false,
    restingFillsOn: 'cross',
    ackFillFields: true,
    closedSymbolCode: -4141,
    stopReduceOnlyCheckedAt: 'placing',
    reduceOnlyBeyondPosition: 'refuse',
    idleReduceOnly: 'keep',
    algoCancelAfterTrigger: 'cancels-actual',
    refusedOrdersCount: false,
    retryAfterOnLimit: true,
    lateAtEngine: -1021,
    marginCheck: false,
    orderEventsFirst: true,
    zeroCommission: 'absent',
    liquidationExecution: 'TRADE',
    unroutedStreams: 'sent',
    unknownListenKey: 'refused',
    deletedListenKey: 'closes-socket',
  },
  'the third choices': { clientIdReuse: 'never', closedSymbolCode: -1122, capAppliesToImmediate: true },
};

test.each(Object.entries(turnedOver))('300 alerts under kills, on an exchange with %s', async (name, switches) => {
  const immediateRefusedWhenFull = 'capAppliesToImmediate' in switches;
  await using cleanUp = new AsyncDisposableStack();
  const stack = await startStackForMany('many');
  cleanUp.defer(() => stack.stop());
  await stack.exchange.control('/switches', switches);
  const size = {
    alerts: 300,
    pairs: 4,
    senders: 2,
    killEveryMs: 5_000,
    settledWithinMs: 90_000,
    immediateRefusedWhenFull,
  };
  const { wrong, ...seen } = await manyAlerts(stack, 'many', size);
  progress(`${name}: ${JSON.stringify(seen)}`);
  if (wrong.length > 0) console.error(stack.logs());
  expect(wrong).toEqual([]);
});
