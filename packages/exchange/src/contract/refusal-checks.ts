import { strict as assert } from 'node:assert';
import type { Failure, PlaceOutcome } from '../exchange.ts';
import { venueTraits } from '../venue-traits.ts';
import type { ContractCheck } from './contract-checks.ts';
import { openAccount, refOf, stampNow } from './venue-under-test.ts';

export const refusalChecks: readonly ContractCheck[] = [
  {
    title: 'does not take one id twice while its order is open: the second send means that the first arrived',
    async run({ exchange, resting, venue }) {
      if (!venueTraits(venue).clientOrderIds) return;
      const order = resting();
      try {
        assert.equal((await exchange.place([order], stampNow()))[0]?.kind, 'accepted');
        const [again] = await exchange.place([order], stampNow());
        assert.deepEqual([again?.kind, failureOf(again)?.action], ['unresolved', 'adopt'], textOf(again));
      } finally {
        await exchange.cancel([refOf(order)], stampNow());
      }
    },
  },
  {
    title: 'refuses an unknown symbol as such',
    async run({ exchange, resting }) {
      const [outcome] = await exchange.place([{ ...resting(), symbol: 'NOSUCHCOIN/USDT' }], stampNow());
      assert.deepEqual([outcome?.kind, failureOf(outcome)?.type], ['refused', 'invalid_symbol'], textOf(outcome));
    },
  },
  {
    title: 'is fenced: a stamp older than its window is refused, not executed late',
    async run({ exchange, resting, venue }) {
      if (!venueTraits(venue).clientOrderIds) return;
      const order = resting();
      const [outcome] = await exchange.place([order], { signedAt: Date.now() - 6_000, receiveWindowMs: 3_000 });
      assert.deepEqual([outcome?.kind, failureOf(outcome)?.action], ['refused', 'sync_clock'], textOf(outcome));
      assert.equal((await exchange.find(refOf(order))).kind, 'absent');
    },
  },
  {
    title: 'pauses the account on a wrong secret, and shows it nowhere',
    async run({ venue, endpoint, credentials, resting, market }) {
      const secret = 'not-the-secret-of-this-key';
      const stranger = openAccount(venue, endpoint, { ...credentials, secret });
      try {
        stranger.useMarkets([market]);
        await stranger.syncClock();
        const [outcome] = await stranger.place([resting()], stampNow());
        assert.deepEqual([outcome?.kind, failureOf(outcome)?.action], ['refused', 'pause_account'], textOf(outcome));
        for (const text of [secret, credentials.apiKey]) assert(!textOf(outcome).includes(text));
      } finally {
        await stranger.close();
      }
    },
  },
];

function failureOf(outcome: PlaceOutcome | undefined): Failure | undefined {
  return outcome === undefined || outcome.kind === 'accepted' ? undefined : outcome.failure;
}

function textOf(outcome: PlaceOutcome | undefined): string {
  return JSON.stringify(outcome);
}
