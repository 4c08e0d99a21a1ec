import type { Answer, CallRequest } from '../../serving/answer.ts';
import { PaperExchange, type PaperExchangeOptions } from '../../serving/paper-exchange.ts';
import { limitsBody, switchesBody } from './control-bodies.ts';
import { answerCall } from './http/answer-call.ts';
import { createRateWindows, defaultRateLimits, type RateLimits } from './http/rate-windows.ts';
import { StreamHub } from './streams/stream-hub.ts';
import type { UsdmSwitches } from './switches.ts';
import { usdmProfile } from './usdm-profile.ts';

/** Binance USD-M futures, as ccxt and Binance's own connector reach them. */
export class UsdmExchange extends PaperExchange<UsdmSwitches> {
  readonly prefixes = ['/fapi'];
  readonly limitsBody = limitsBody;
  readonly switchesBody = switchesBody;
  readonly streams: StreamHub;
  readonly windows = createRateWindows();
  limits: RateLimits;

  constructor(options: PaperExchangeOptions) {
    super(usdmProfile, options);
    this.limits = { ...defaultRateLimits, enforce: options.enforceRateLimits };
    this.streams = new StreamHub(this);
  }

  answer(request: CallRequest): Promise<Answer> {
    return answerCall(this, request);
  }

  protected forget(): void {
    this.limits = { ...defaultRateLimits, enforce: this.options.enforceRateLimits };
    for (const window of Object.values(this.windows)) window.clear();
  }
}
