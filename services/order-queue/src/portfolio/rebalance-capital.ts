import { Decimal } from '@sluice/contracts';
import { allottedCapital } from '../orders/size-order.ts';

export type SharedCapital = {
  /** Of the account, in the settlement currency. */
  balance: Decimal;
  /** The strategies that have a share of it; a fixed capital is none of this job's business. */
  links: readonly {
    strategy: string;
    share: Decimal;
    amount: Decimal | null;
    /** The share `amount` was allotted by; another one is allotted as soon as it is configured. */
    allottedShare: Decimal | null;
    /** ms since the epoch. */
    allottedAt: number | null;
  }[];
  /** Orders of the account on their way. */
  inFlight: number;
};

/** `threshold`: per cent. */
export type RebalanceRules = { threshold: Decimal; minIntervalMs: number };

export type LeaveRule = 'nothing_shared' | 'no_balance' | 'in_flight' | 'too_soon' | 'within_threshold';

export type Rebalance =
  | { kind: 'leave'; rule: LeaveRule; why: string }
  | {
      kind: 'allot';
      rule: 'threshold';
      why: string;
      allotments: { strategy: string; share: Decimal; old: Decimal; amount: Decimal }[];
    };

/**
 * Whether an account's capital is allotted anew, by which rule, and how. All strategies with a share move together, by
 * their shares, so that they always add up to the same part of one balance. Orders that wait keep their quantity.
 */
export function rebalanceCapital(capital: SharedCapital, rules: RebalanceRules, now: number): Rebalance {
  const allotted = capital.links.flatMap(({ amount, allottedAt, allottedShare, strategy, share }) =>
    amount !== null && allottedAt !== null && allottedShare?.eq(share) ? [{ strategy, share, amount, allottedAt }] : [],
  );
  if (allotted.length === 0) return leave('nothing_shared', 'no strategy has a share of it that is allotted yet');
  const { balance } = capital;
  // An exchange that does not name the currency answers nothing as well; capital 0 would refuse every order.
  if (balance.lte(0)) return leave('no_balance', `its balance is ${balance.toFixed()}`);

  const allotments = allotted.map(({ strategy, share, amount: old }) => ({
    strategy,
    share,
    old,
    amount: allottedCapital({ capital: null, share, balance })!,
  }));
  const moved = Decimal.max(...allotments.map(({ old, amount }) => movedPercent(old, amount)));
  const shown = `${moved.toSignificantDigits(3).toFixed()} %`;
  if (moved.lt(rules.threshold)) {
    return leave('within_threshold', `it has moved by ${shown}, less than ${rules.threshold.toFixed()} %`);
  }
  const latest = Math.max(...allotted.map(({ allottedAt }) => allottedAt));
  if (now - latest < rules.minIntervalMs) {
    const hours = new Decimal(rules.minIntervalMs).div(3_600_000).toSignificantDigits(3).toFixed();
    return leave('too_soon', `it has moved by ${shown}, but was allotted less than ${hours} h ago`);
  }
  if (capital.inFlight > 0) {
    return leave('in_flight', `it has moved by ${shown}, but ${capital.inFlight} orders are on their way`);
  }
  return {
    kind: 'allot',
    rule: 'threshold',
    why: `it has moved by ${shown}, at least ${rules.threshold.toFixed()} %`,
    allotments,
  };
}

function movedPercent(old: Decimal, amount: Decimal): Decimal {
  return old.isZero() ? new Decimal(100) : amount.minus(old).abs().div(old).mul(100);
}

function leave(rule: LeaveRule, why: string): Rebalance {
  return { kind: 'leave', rule, why };
}
