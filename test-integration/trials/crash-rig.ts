import { type DatabaseGate, startDatabaseGate } from '../harness/database-gate.ts';
import { type ExchangeGate, startExchangeGate } from '../harness/exchange-gate.ts';
import type { ServiceProcess } from '../harness/service-process.ts';
import { type Stack, startStack } from '../harness/start-stack.ts';
import { binanceUsdm, type TestVenue } from '../harness/test-venues.ts';

/** So small that a swap takes three orders, and one order too many is seen at once. */
export const openLimit = 2;

/**
 * An installation whose first order-queue, the victim, reaches the database through a gate, and all of whose calls to
 * the exchange pass another; the second takes over what the victim leaves. The code has no switch for tests: whatever
 * happens to the victim happens from outside.
 */
export type CrashRig = {
  stack: Stack;
  database: DatabaseGate;
  exchange: ExchangeGate;
  victim: ServiceProcess;
  rescuer: ServiceProcess;
  /** Starts the victim behind the gate, again after it was killed. */
  startVictim(): Promise<void>;
  /** The same for the rescuer, which otherwise reaches the database directly. */
  gateRescuer(): Promise<void>;
  stop(): Promise<void>;
};

/** `accounts`: one per trial, each with a strategy of its name. */
export async function startCrashRig(accounts: readonly string[], on: TestVenue = binanceUsdm): Promise<CrashRig> {
  const cleanUp = new AsyncDisposableStack();
  try {
    const exchange = await startExchangeGate();
    cleanUp.defer(() => exchange.close());
    const stack = await startStack({
      venue: on,
      strategies: accounts,
      orderQueues: 2,
      configure(configuration) {
        const venue = configuration.venues[on.name]!;
        exchange.target = venue.endpoint;
        venue.endpoint = exchange.url;
        for (const account of Object.values(configuration.accounts)) account.max_open_orders = openLimit;
      },
    });
    cleanUp.defer(() => stack.stop());
    const database = await startDatabaseGate(stack.databaseUrl);
    cleanUp.defer(() => database.close());
    const [victim, rescuer] = stack.orderQueues as [ServiceProcess, ServiceProcess];
    const behindGate = async (service: ServiceProcess) => {
      await service.stop();
      await service.start({ DATABASE_URL: database.url });
    };
    await behindGate(victim);
    return {
      stack,
      database,
      exchange,
      victim,
      rescuer,
      startVictim: () => behindGate(victim),
      gateRescuer: () => behindGate(rescuer),
      stop: () => cleanUp.disposeAsync(),
    };
  } catch (error) {
    await cleanUp.disposeAsync();
    throw error;
  }
}
