import type { AlertOrder } from './order.ts';

/** The outcome of one order on one account, as old clients read it. */
export type OrderResult = {
  order_index: number;
  success: boolean;
  queued?: boolean;
  executed?: boolean;
  pending_order_id?: number;
  retry_scheduled?: true;
  unresolved?: true;
  result: {
    action: 'trading_signal';
    success: boolean;
    order_id?: string;
    message?: string;
    error?: string;
    cancelled?: number;
    account_id: number;
    account_name: string;
    alert_sent?: boolean;
  };
};

/** What the plans caused by one alert did to one (account, symbol). */
export type PairRebalance = {
  account_id: number;
  symbol: string;
  executed: number;
  cancelled: number;
  failed: number;
  duration_ms: number;
};

export type AlertSummary = {
  total_orders: number;
  accounts: number;
  immediate_orders: number;
  queued_orders: number;
  executed_orders: number;
  executed_from_queue: number;
  remaining_in_queue: number;
  successful_orders: number;
  failed_orders: number;
  exchange_submitted: number;
};

/** The final answer to an alert; written once by order-queue, served by the gateway. */
export type AlertAnswer = {
  action: 'batch_order';
  strategy: string;
  success: boolean;
  id: string;
  error?: string;
  duplicate_of?: string;
  warnings?: string[];
  results: OrderResult[];
  rebalanced: PairRebalance[];
  summary: AlertSummary;
};

/** What order-queue answers to a dry run: sizes and ranks as they would be now; nothing is stored. */
export type DryRunAnswer = {
  action: 'dry_run';
  strategy: string;
  success: boolean;
  error?: string;
  orders: {
    order_index: number;
    account_id: number;
    account_name: string;
    order: AlertOrder;
    quantity: string | null;
    rank: number | null;
    would: 'send' | 'wait' | 'cancel' | 'refuse';
    error?: string;
  }[];
};
