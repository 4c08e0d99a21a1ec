import { expect, test } from 'vitest';
import { createExchange } from '../create-exchange.ts';
import type { AccountEvent } from '../exchange.ts';
import { startScriptedVenue } from '../testing/scripted-venue.ts';

test('no stream is opened while it is not admitted: an address that is shut out is shut out for longer by whoever asks on', async () => {
  const venue = await startScriptedVenue();
  let opened = 0;
  venue.onStream((socket) => {
    opened += 1;
    socket.terminate();
  });
  const credentials = { apiKey: 'demo-key', secret: 'demo-secret' };
  const exchange = createExchange({ venue: 'bybit-linear', credentials, endpoint: venue.endpoint });
  const events: AccountEvent[] = [];
  exchange.watch(
    (event) => events.push(event),
    async () => {
      throw new Error('no room in the rate limits');
    },
  );
  await expect.poll(() => events).toContainEqual({ kind: 'lost', reason: 'no room in the rate limits' });
  expect(opened).toBe(0);
  await exchange.close();
  await venue.close();
});
