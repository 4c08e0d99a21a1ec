import { z } from 'zod';
import type { Answer, CallRequest } from '../../serving/answer.ts';
import { PaperExchange, type PaperExchangeOptions } from '../../serving/paper-exchange.ts';
import { bybitProfile } from './bybit-profile.ts';
import { answerCall } from './http/answer-call.ts';
import { defaultRateLimits, type RateLimits, RateWindows } from './http/rate-windows.ts';
import { OrderDesk } from './order-desk.ts';
import { orderIdText } from './order-id.ts';
import { BybitStreams } from './streams/bybit-streams.ts';
import { type BybitSwitches, bybitSwitchesBody } from './switches.ts';

/** Bybit's v5 interface for linear perpetuals of a unified account, as ccxt reaches it. */
export class BybitExchange extends PaperExchange<BybitSwitches> {
  readonly prefixes = ['/v5'];
  readonly switchesBody = bybitSwitchesBody;
  readonly limitsBody = z
    .strictObject({
      enforce: z.boolean(),
      requestsPer5s: z.number().int().min(0),
      ordersPerSecond: z.number().int().min(0),
    })
    .partial();
  readonly windows = new RateWindows();
  limits: RateLimits;
  readonly streams: BybitStreams;
  readonly desk: OrderDesk;
  /** Names of the accounts in isolated margin; the mode is the whole account's. */
  readonly isolated = new Set<string>();

  constructor(options: PaperExchangeOptions) {
    super(bybitProfile, options);
    this.limits = { ...defaultRateLimits, enforce: options.enforceRateLimits };
    this.streams = new BybitStreams(this);
    this.desk = new OrderDesk(this, (account, rejected) => this.streams.tellRejected(account, rejected));
  }

  override shownId(orderId: number): string {
    return orderIdText(orderId);
  }

  answer(request: CallRequest): Promise<Answer> {
    return answerCall(this, request);
  }

  protected forget(): void {
    this.limits = { ...defaultRateLimits, enforce: this.options.enforceRateLimits };
    this.windows.clear();
    this.desk.clear();
    this.isolated.clear();
  }
}
