import type { Answer, CallRequest } from '../../serving/answer.ts';
import { FixedWindow } from '../../serving/fixed-window.ts';
import { PaperExchange, type PaperExchangeOptions } from '../../serving/paper-exchange.ts';
import { limitsBody, switchesBody } from './control-bodies.ts';
import { answerCall } from './http/answer-call.ts';
import { defaultLimits, type SpotLimits, UnfilledOrders } from './rate-windows.ts';
import { spotProfile } from './spot-profile.ts';
import { SpotStreams } from './streams/spot-streams.ts';
import type { SpotSwitches } from './switches.ts';

/** Binance spot, as ccxt reaches it. */
export class SpotExchange extends PaperExchange<SpotSwitches> {
  readonly prefixes = ['/api/v3'];
  readonly limitsBody = limitsBody;
  readonly switchesBody = switchesBody;
  readonly streams: SpotStreams;
  readonly unfilled = new UnfilledOrders();
  readonly weight1m = new FixedWindow(60_000);
  limits: SpotLimits;

  constructor(options: PaperExchangeOptions) {
    super(spotProfile, options);
    this.limits = { ...defaultLimits, enforce: options.enforceRateLimits };
    this.streams = new SpotStreams(this);
  }

  answer(request: CallRequest): Promise<Answer> {
    return answerCall(this, request);
  }

  protected forget(): void {
    this.limits = { ...defaultLimits, enforce: this.options.enforceRateLimits };
    this.unfilled.clear();
    this.weight1m.clear();
  }
}
