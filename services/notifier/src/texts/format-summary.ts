import { Decimal, type DecimalString } from '@sluice/contracts';
import type { DailySummary } from '../incidents/daily-summary.ts';
import type { Texts } from './catalogue.ts';
import { formatAmount } from './format-amount.ts';
import { bold, type FormattedText, joinTexts, plain } from './formatted-text.ts';

type Shown = { texts: Texts; currency: string | null };

/** The day of one account. What is not known reads "-". */
export function formatSummary(day: DailySummary, texts: Texts): FormattedText {
  const t = texts.summary;
  const shown = { texts, currency: day.currency };
  const inPercent = { texts, currency: null };
  const lines = [
    bold(`${texts.titles.daily_summary} ${day.day}`),
    plain(`${texts.labels.account}: ${day.account}`),
    plain(`${t.balance}: ${amount(day.balance, shown)} (${t.change} ${signed(day.balanceChange, shown)})`),
    plain(`${t.realized}: ${signed(day.realized, shown)}   ${t.unrealized}: ${signed(day.unrealized, shown)}`),
    plain(`${t.fees}: ${amount(day.fees, shown)}`),
    plain(
      `${t.orders}: ${t.sent} ${day.sent} · ${t.filled} ${day.filled} · ${t.failed} ${day.failed} · ${t.waiting} ${day.waiting}`,
    ),
    plain(''),
    bold(t.strategies),
    ...(day.strategies.length === 0 ? [plain(t.noStrategies)] : []),
    ...day.strategies.map((one, at) => {
      const percent = one.returnPercent === null ? '' : ` (${signed(one.returnPercent, inPercent)} %)`;
      const trades = one.trades === null ? '' : `, ${t.trades} ${one.trades}, ${t.wins} ${one.wins ?? texts.none}`;
      return plain(`${at + 1}. ${one.strategy}: ${signed(one.result, shown)}${percent}${trades}`);
    }),
  ];
  return joinTexts(lines, '\n');
}

function amount(value: DecimalString | null, { texts, currency }: Shown): string {
  return value === null ? texts.none : formatAmount(value, currency);
}

function signed(value: DecimalString | null, shown: Shown): string {
  const text = amount(value, shown);
  // By what is shown: what rounds to nothing has no sign.
  return value !== null && new Decimal(value).gt(0) && /[1-9]/.test(text) ? `+${text}` : text;
}
