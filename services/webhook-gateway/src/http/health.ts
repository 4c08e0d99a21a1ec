import type { ServiceState } from '../db/read-service-states.ts';

/** The services of an installation; without one of them alerts are not taken, not executed, not priced or nobody hears of them. */
const expectedServices = ['webhook-gateway', 'order-queue', 'market-data', 'notifier'] as const;

export type Health = {
  success: boolean;
  status: 'ok' | 'degraded';
  store: 'ok' | 'away';
  services: { service: string; state: 'ready' | 'not ready' | 'down' | 'unknown'; replicas: number; ready: number }[];
};

/** Whether the installation can do its work; `states` is null when the store does not answer. */
export function judgeHealth(states: readonly ServiceState[] | null): Health {
  const services = expectedServices.map((service): Health['services'][number] => {
    if (states === null) return { service, state: 'unknown', replicas: 0, ready: 0 };
    const { replicas, ready } = states.find((state) => state.service === service) ?? { replicas: 0, ready: 0 };
    return { service, state: ready > 0 ? 'ready' : replicas > 0 ? 'not ready' : 'down', replicas, ready };
  });
  const success = services.every((service) => service.state === 'ready');
  return { success, status: success ? 'ok' : 'degraded', store: states === null ? 'away' : 'ok', services };
}
