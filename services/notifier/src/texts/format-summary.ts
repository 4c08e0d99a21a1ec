import { Decimal, type DecimalString } from '@sluice/contracts';
import type { DailySummary } from '../incidents/daily-summary.ts';
import type { Texts } from './catalogue.ts';
import { bold, type FormattedText, joinTexts, plain } from './formatted-text.ts';

/** The day of one account. What is not known reads "-". */
export function formatSummary(day: DailySummary, texts: Texts): FormattedText {
  const t = texts.summary;
  const lines = [
    bold(`${texts.titles.daily_summary} ${day.day}`),
    plain(`${texts.labels.account}: ${day.account}`),
    plain(`${t.balance}: ${amount(day.balance, texts)} (${t.change} ${signed(day.balanceChange, texts)})`),
    plain(`${t.realized}: ${signed(day.realized, texts)}   ${t.unrealized}: ${signed(day.unrealized, texts)}`),
    plain(`${t.fees}: ${amount(day.fees, texts)}`),
    plain(
      `${t.orders}: ${t.sent} ${day.sent} · ${t.filled} ${day.filled} · ${t.failed} ${day.failed} · ${t.waiting} ${day.waiting}`,
    ),
    plain(''),
    bold(t.strategies),
    ...(day.strategies.length === 0 ? [plain(t.noStrategies)] : []),
    ...day.strategies.map((one, at) => {
      const percent = one.returnPercent === null ? '' : ` (${signed(one.returnPercent, texts)} %)`;
      const trades = one.trades === null ? '' : `, ${t.trades} ${one.trades}, ${t.wins} ${one.wins ?? texts.none}`;
      return plain(`${at + 1}. ${one.strategy}: ${signed(one.result, texts)}${percent}${trades}`);
    }),
  ];
  return joinTexts(lines, '\n');
}

/** To the cent, with a point and groups of thousands in both languages: figures are compared, not read aloud. */
function amount(value: DecimalString | null, texts: Texts): string {
  if (value === null) return texts.none;
  const [whole, cents] = new Decimal(value).toFixed(2).split('.');
  return `${whole!.replace(/\B(?=(\d{3})+$)/g, ',')}.${cents}`;
}

function signed(value: DecimalString | null, texts: Texts): string {
  if (value === null) return texts.none;
  return new Decimal(new Decimal(value).toFixed(2)).gt(0) ? `+${amount(value, texts)}` : amount(value, texts);
}
