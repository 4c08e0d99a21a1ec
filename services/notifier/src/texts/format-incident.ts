import { isoInZone, say } from '@sluice/contracts';
import { isState, type Told } from '../incidents/incident.ts';
import type { Texts } from './catalogue.ts';
import { cleanText } from './clean-text.ts';
import { formatAmount } from './format-amount.ts';
import { formatSummary } from './format-summary.ts';
import { bold, type FormattedText, joinTexts, plain } from './formatted-text.ts';

export type Reader = { texts: Texts; timeZone: string };

/** As many as a person reads; each is named, what the exchange said of them is in the log. */
const LINES_WITH_DETAIL = 50;

/**
 * One incident as a chat reads it: the first message in full and every further one as a line, or, of what only its state
 * counts, the newest. `toldAt`: when the chat was last told of it, for then all are further ones.
 */
export function formatIncident(
  messages: readonly [Told, ...Told[]],
  toldAt: Date | null,
  reader: Reader,
): FormattedText {
  const { texts, timeZone } = reader;
  const [first, ...rest] = messages;
  const since = (at: string | Date) => isoInZone(new Date(at), timeZone).slice(11, 16);
  if (isState(first)) {
    const newest = messages.at(-1)!;
    if (rest.length === 0) return formatOne(newest, reader);
    return joinTexts([formatOne(newest, reader), plain(texts.changes(rest.length, since(toldAt ?? first.at)))], '\n');
  }
  const further = toldAt === null ? rest : messages;
  if (further.length === 0) return formatOne(first, reader);
  // A repeat that comes alone says more by being told like the first one was.
  if (toldAt !== null && rest.length === 0) return formatOne(first, reader);
  const lines = further.map((told, at) => plain(`• ${formatLine(told, reader, at < LINES_WITH_DETAIL)}`));
  const more = plain(texts.more(further.length, since(toldAt ?? first.at)));
  const head = toldAt === null ? formatOne(first, reader) : bold(titleOf(first, texts));
  return joinTexts([head, more, ...lines], '\n');
}

function formatOne(told: Told, reader: Reader): FormattedText {
  if (told.kind === 'daily_summary') return formatSummary(told, reader.texts);
  const lines = fieldsOf(told, reader).map((fields) =>
    plain(fields.map(([label, value]) => `${reader.texts.labels[label]}: ${value}`).join('   ')),
  );
  return joinTexts([bold(titleOf(told, reader.texts)), ...lines], '\n');
}

function titleOf(told: Told, texts: Texts): string {
  switch (told.kind) {
    case 'backlog':
    case 'memory':
    case 'holidays':
    case 'job_stopped':
      return told.began ? texts.titles[told.kind] : texts.ended[told.kind];
    case 'position_unattributed':
      return Number(told.quantity) === 0 ? texts.ended[told.kind] : texts.titles[told.kind];
    case 'rate_limited':
      return told.banned ? texts.shutOut : texts.titles[told.kind];
    default:
      return texts.titles[told.kind];
  }
}

type Fields = (readonly [keyof Texts['labels'], string])[];

/** Line by line, as label and value. */
function fieldsOf(told: Exclude<Told, { kind: 'daily_summary' }>, reader: Reader): Fields[] {
  const { texts, timeZone } = reader;
  const action: Fields[] = [];
  const time: Fields[number] = ['since', isoInZone(new Date(told.at), timeZone).slice(11, 19)];
  const what = detailOf(told, reader);
  const detail: Fields = what === '' ? [] : [['detail', what]];
  if (told.kind !== 'order_failed' && !isOver(told)) action.push([['action', texts.actions[told.kind]]]);
  switch (told.kind) {
    case 'order_failed':
      return [
        [
          ['strategy', told.strategy],
          ['account', told.account],
          ['symbol', told.symbol ?? texts.none],
          ['failureType', texts.failureTypes[told.failureType]],
        ],
        [['failureDetail', what]],
        [['action', texts.failureActions[told.failureType]]],
        [['order', orderName(told.orderId, texts)], time],
      ];
    case 'order_expired':
    case 'stop_waits':
    case 'order_needs_person':
      return [
        [
          ['strategy', told.strategy],
          ['account', told.account],
          ['symbol', told.symbol ?? texts.none],
        ],
        detail,
        ...action,
        [['order', orderName(told.orderId, texts)], time],
      ];
    case 'order_unmatched': {
      const price = told.price === null ? null : quoted(told.price, told.symbol);
      const what = texts.order(texts.sides[told.side], told.quantity, price);
      return [
        [
          ['strategy', told.strategy],
          ['account', told.account],
          ['symbol', told.symbol ?? texts.none],
        ],
        [
          ['sent', what],
          ['sentAt', isoInZone(new Date(told.sentAt), timeZone).slice(11, 19)],
        ],
        [['candidates', told.candidates.length === 0 ? texts.none : told.candidates.join(', ')]],
        ...action,
        [['order', orderName(told.orderId, texts)], time],
        [['command', texts.settle(String(told.orderId ?? ''))]],
      ];
    }
    case 'market_closed':
      return [
        [
          ['strategy', told.strategy],
          ['account', told.account],
          ['symbol', told.symbol ?? texts.none],
        ],
        [
          ['exchange', told.exchange],
          ['opensAt', isoInZone(new Date(told.opensAt), timeZone).slice(0, 16).replace('T', ' ')],
        ],
        ...action,
        [time],
      ];
    case 'account_paused':
    case 'unknown_order':
      return [[['account', told.account], time], detail, ...action];
    case 'position_unattributed':
      return [
        [['account', told.account], ['symbol', told.symbol], ['quantity', told.quantity], time],
        detail,
        ...action,
      ];
    case 'alert_unreadable':
      return [[['strategy', told.strategy ?? texts.none], time], detail, ...action];
    case 'alert_duplicate':
      return [
        [['strategy', told.strategy], ['alert', told.alertId], ['duplicateOf', told.duplicateOf], time],
        ...action,
      ];
    case 'backlog':
    case 'memory':
    case 'holidays':
    case 'rate_limited':
      return [detail, ...action, [time]];
    case 'job_stopped':
      return [
        [
          ['service', told.service],
          ['job', told.job],
          ['lastRun', told.lastRun === null ? texts.never : isoInZone(new Date(told.lastRun), timeZone).slice(0, 19)],
        ],
        ...action,
        [time],
      ];
  }
}

function isOver(told: Told): boolean {
  if (told.kind === 'position_unattributed') return Number(told.quantity) === 0;
  return 'began' in told && !told.began;
}

/** A further message of an incident in one line: what it is about, when, and what was said of it. */
function formatLine(told: Told, reader: Reader, withDetail: boolean): string {
  const { texts, timeZone } = reader;
  const time = isoInZone(new Date(told.at), timeZone).slice(11, 19);
  const subject = 'orderId' in told ? `${orderName(told.orderId, texts)} ${told.symbol ?? ''}`.trim() : subjectOf(told);
  const detail = withDetail ? detailOf(told, reader) : '';
  return [`${time} ${subject}`, detail].filter((text) => text.trim() !== '').join(' · ');
}

/** What was said of it: our own facts in the reader's words, another's words as they are. */
function detailOf(told: Told, { texts, timeZone }: Reader): string {
  if (!('detail' in told)) return '';
  const time = (iso: string) => isoInZone(new Date(iso), timeZone).slice(0, 19).replace('T', ' ');
  return cleanText(told.said === undefined ? told.detail : say(texts.sayings, told.said, time));
}

function subjectOf(told: Told): string {
  switch (told.kind) {
    case 'job_stopped':
      return told.job;
    case 'alert_duplicate':
      return `${told.alertId} = ${told.duplicateOf}`;
    default:
      return '';
  }
}

/** A price in the currency of its symbol; won have no cents. */
function quoted(price: string, symbol: string | null): string {
  return formatAmount(price, symbol?.split('/')[1] ?? null);
}

function orderName(id: number | null, texts: Texts): string {
  return id === null ? texts.none : `#${id}`;
}
