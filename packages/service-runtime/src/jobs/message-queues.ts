import { queues } from '@sluice/contracts';
import type { Queue } from 'pg-boss';

export type MessageQueue = Omit<Queue, 'name'>;

const retention: MessageQueue = {
  // One at a time in the cluster: what a run left over is found by the next one.
  policy: 'exclusive',
  notify: true,
  // A run ends itself in time and asks for another; so does one whose process stops. A killed one is taken up when it
  // expires.
  retryLimit: 20,
  retryDelay: 30,
  retryBackoff: true,
  retryDelayMax: 600,
  expireInSeconds: 900,
  retentionSeconds: 86_400,
  deleteAfterSeconds: 86_400,
};

/** How each message between services is kept and retried. */
export const messageQueues: Record<(typeof queues)[keyof typeof queues], MessageQueue> = {
  [queues.planAlert]: {
    policy: 'standard',
    // The gateway announces alerts itself, together and after their commits: a notification inside each commit takes a
    // lock of the whole database.
    notify: false,
    // Planning itself gives an account one retry; what is retried here is a store that did not answer.
    retryLimit: 1_000,
    retryDelay: 1,
    retryBackoff: true,
    retryDelayMax: 30,
    expireInSeconds: 30,
    deleteAfterSeconds: 3_600,
  },
  [queues.dryRun]: {
    policy: 'standard',
    notify: true,
    // The caller has its answer, or a timeout, before a retry could help.
    retryLimit: 0,
    expireInSeconds: 10,
    retentionSeconds: 30,
    deleteAfterSeconds: 60,
  },
  [queues.halt]: {
    policy: 'standard',
    notify: true,
    // Kept until it is carried out: whoever asked while no order-queue ran was told so.
    retryLimit: 1_000,
    retryDelay: 1,
    expireInSeconds: 30,
    deleteAfterSeconds: 3_600,
  },
  [queues.settleOrder]: {
    policy: 'standard',
    notify: true,
    // Kept like a halt; the exchange may have to be asked, behind whatever else waits for it.
    retryLimit: 1_000,
    retryDelay: 1,
    expireInSeconds: 60,
    deleteAfterSeconds: 3_600,
  },
  [queues.notify]: {
    policy: 'standard',
    notify: true,
    // Telegram may be away for hours; after about a day of tries a message is old news.
    retryLimit: 60,
    retryDelay: 2,
    retryBackoff: true,
    retryDelayMax: 1_800,
    expireInSeconds: 60,
    deleteAfterSeconds: 86_400,
  },
  [queues.retentionGateway]: retention,
  [queues.retentionOrders]: retention,
  [queues.retentionNotifier]: retention,
};
