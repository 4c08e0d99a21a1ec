import type { AlgoOrder, Order } from '../../matching/order.ts';
import type { Answer, CallRequest } from '../../serving/answer.ts';
import { FixedWindow } from '../../serving/fixed-window.ts';
import { PaperExchange, type PaperExchangeOptions } from '../../serving/paper-exchange.ts';
import { answerCall } from './answer-call.ts';
import { kisProfile } from './kis-profile.ts';
import { NoStreams } from './no-streams.ts';
import { OrderNumbers } from './order-numbers.ts';
import { type KisLimits, type KisSwitches, limitsBody, switchesBody } from './switches.ts';
import { Tokens } from './tokens.ts';

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;

/** Korean stocks as Korea Investment & Securities offers them, built from what is published. */
export class KisExchange extends PaperExchange<KisSwitches> {
  readonly prefixes = ['/uapi', '/oauth2', '/common/master'];
  readonly limitsBody = limitsBody;
  readonly switchesBody = switchesBody;
  readonly tokens = new Tokens();
  readonly streams = new NoStreams(this.tokens);
  readonly numbers = new OrderNumbers();
  readonly perSecond = new FixedWindow(SECOND_MS);
  limits: KisLimits;

  constructor(options: PaperExchangeOptions) {
    super(kisProfile, options);
    this.limits = { enforce: options.enforceRateLimits, tokenEveryMs: MINUTE_MS };
  }

  answer(request: CallRequest): Promise<Answer> {
    return answerCall(this, request);
  }

  override placedByHand(account: string, order: Order | AlgoOrder): void {
    this.numbers.note(account, order, this.now());
  }

  protected forget(): void {
    this.limits = { enforce: this.options.enforceRateLimits, tokenEveryMs: MINUTE_MS };
    this.perSecond.clear();
    this.tokens.clear();
    this.numbers.clear();
  }
}
