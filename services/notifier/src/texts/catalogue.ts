import type { FailureType, Language, Sayings, Side } from '@sluice/contracts';
import type { Told } from '../incidents/incident.ts';
import { english } from './english.ts';
import { korean } from './korean.ts';

type Kind = Told['kind'];
/** Kinds that also tell that it is over. */
type Ended = 'backlog' | 'memory' | 'holidays' | 'job_stopped' | 'position_unattributed';

/** Every word a chat can be sent, in one language. The compiler names one that a language lacks. */
export type Texts = {
  titles: { readonly [kind in Kind]: string };
  ended: { readonly [kind in Ended]: string };
  shutOut: string;
  labels: {
    readonly [label in
      | 'strategy'
      | 'account'
      | 'symbol'
      | 'failureType'
      | 'failureDetail'
      | 'detail'
      | 'action'
      | 'order'
      | 'service'
      | 'job'
      | 'lastRun'
      | 'quantity'
      | 'alert'
      | 'duplicateOf'
      | 'sent'
      | 'sentAt'
      | 'candidates'
      | 'exchange'
      | 'opensAt'
      | 'command'
      | 'since']: string;
  };
  /** What producers say of what happened. */
  sayings: Sayings;
  failureTypes: { readonly [type in FailureType]: string };
  failureActions: { readonly [type in FailureType]: string };
  actions: { readonly [kind in Exclude<Kind, 'order_failed' | 'daily_summary'>]: string };
  sides: { readonly [side in Side]: string };
  /** What was sent: `at` is null for MARKET. */
  order: (side: string, quantity: string, at: string | null) => string;
  /** The words that settle an order nobody else could tell of. */
  settle: (order: string) => string;
  /** `count` further ones since `time` (14:03); the first of them follow an earlier message. */
  more: (count: number, time: string) => string;
  /** So often it changed since `time` before it came to what is told. */
  changes: (count: number, time: string) => string;
  never: string;
  none: string;
  summary: {
    readonly [figure in
      | 'balance'
      | 'change'
      | 'realized'
      | 'unrealized'
      | 'fees'
      | 'orders'
      | 'sent'
      | 'filled'
      | 'failed'
      | 'waiting'
      | 'strategies'
      | 'noStrategies'
      | 'trades'
      | 'wins']: string;
  };
  commands: CommandTexts;
};

/** How `orders.link_hold` begins. */
export const holds = ['halted', 'account paused', 'inactive', 'taken out of the configuration'] as const;
export type Hold = (typeof holds)[number];

export type CommandTexts = {
  help: string;
  unknownStrategy: (name: string, own: string) => string;
  needsStrategy: (command: string) => string;
  paused: (strategy: string) => string;
  resumed: (strategy: string) => string;
  /** Resumed, and still something else holds it. */
  resumedButHeld: (strategy: string, why: string) => string;
  unconfirmed: (strategy: string) => string;
  storeAway: string;
  tooOld: string;
  status: string;
  sends: string;
  /** What keeps a strategy from sending on an account; `detail` names who or says why. */
  holds: { readonly [hold in Hold]: (detail: string) => string };
  noStrategies: string;
  live: (open: number, waiting: number) => string;
  serviceDown: (services: string) => string;
};

export const texts: { readonly [language in Language]: Texts } = { ko: korean, en: english };
