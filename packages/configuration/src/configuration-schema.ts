import { findJob, jobCatalogue, languages, marketTypes, venueNames } from '@sluice/contracts';
import { z } from 'zod';

/**
 * The YAML file's shape. Numbers arrive as the text they were written in (see `read-configuration.ts`), so that
 * `0.1` stays 0.1; the JSON Schema for editors shows them as numbers.
 */

const number = (pattern: RegExp, expected: string, jsonSchema: object) =>
  z
    .string({ error: `expected ${expected}` })
    .regex(pattern, `expected ${expected}`)
    .meta({ number: jsonSchema });

const decimal = (expected: string) => number(/^\d{1,15}(\.\d{1,12})?$/, expected, { type: 'number', minimum: 0 });
const whole = (expected: string) => number(/^\d{1,9}$/, expected, { type: 'integer', minimum: 0 });

/** Names travel in URLs, log attributes and comma-separated notifications: plain ASCII keeps every one of them simple. */
const namePattern = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,39}$/;
const name = (what: string) =>
  z
    .string()
    .regex(
      namePattern,
      `expected ${what} of 1 to 40 letters, digits, "_", "-", "." that starts with a letter or digit`,
    );

const chat = z
  .string({ error: 'expected a Telegram chat id (a number) or "@channel"' })
  .regex(/^(-?\d{1,20}|@[A-Za-z0-9_]{5,32})$/, 'expected a Telegram chat id (a number) or "@channel"')
  .meta({ number: { type: 'integer' } });

const user = z
  .string({ error: 'expected a Telegram user id (a number)' })
  .regex(/^\d{1,20}$/, 'expected a Telegram user id (a number)')
  .meta({ number: { type: 'integer' } });

const language = z.enum(languages, { error: `expected one of ${languages.join(', ')}` });

const environmentName = z
  .string({ error: 'expected the name of an environment variable' })
  .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'expected the name of an environment variable, e.g. TEST1_TOKEN');

const secretFile = z
  .string({ error: 'expected a path below the secrets directory' })
  .regex(/^(?!\/)(?!(.*\/)?\.\.(\/|$)).{1,200}$/, 'expected a path below the secrets directory, without ".."');

const secretText = 'expected { env: NAME } or { file: path }; a secret itself never stands in this file';
export const secretReference = z.union(
  [z.strictObject({ env: environmentName }), z.strictObject({ file: secretFile })],
  { error: secretText },
);

const active = z.boolean({ error: 'expected true or false' }).default(true);

const day = z.iso.date({ error: 'expected a day such as 2026-05-04' });
const timeOfDay = '([01]\\d|2[0-3]):[0-5]\\d';
const hours = z
  .string({ error: 'expected hours such as 10:00-16:30' })
  .regex(new RegExp(`^${timeOfDay}-(${timeOfDay}|24:00)$`), 'expected hours such as 10:00-16:30')
  .refine((text) => text.slice(0, 5) < text.slice(6), { error: 'expected to close later than it opens' });

const venue = z
  .strictObject({
    endpoint: z
      .url({ protocol: /^https?$/, error: 'expected an origin such as http://127.0.0.1:8090' })
      .regex(/^https?:\/\/[^/?#]+$/, 'expected an origin without a path, such as http://127.0.0.1:8090')
      .nullable()
      .default(null)
      .describe('Called instead of the exchange itself, e.g. the paper exchange'),
    egress: name('a name').default('default').describe('Outgoing address whose rate budget is shared'),
    closed_days: z.array(day).default([]).describe('Holidays beside the built-in ones, where it has trading hours'),
    open_days: z.array(day).default([]).describe('Days that are built in as holidays and are none'),
    special_hours: z
      .record(day, hours)
      .default({})
      .describe("Days of other hours, such as 10:00-16:30, in the exchange's own zone"),
  })
  .describe('How an exchange is reached');

const account = z
  .strictObject({
    venue: z.enum(venueNames, { error: `expected one of ${venueNames.join(', ')}` }),
    api_key: secretReference,
    api_secret: secretReference,
    account_number: secretReference.optional().describe('On kis: ten digits, such as 12345678-01'),
    margin_mode: z.enum(['cross', 'isolated'], { error: 'expected cross or isolated' }).default('cross'),
    max_open_orders: whole('a whole number above 0').nullable().default(null).describe('Open orders per symbol'),
    max_conditional_orders: whole('a whole number').nullable().default(null).describe('Stop orders per symbol'),
    reserve: z
      .strictObject({
        buy: whole('a whole number').default('0'),
        sell: whole('a whole number').default('0'),
        conditional: whole('a whole number').default('0'),
      })
      .prefault({})
      .describe('Slots of a symbol that only this side or kind may use'),
    rebalance: z
      .strictObject({
        threshold: decimal('a per cent from 0.1 to 100')
          .default('5')
          .describe('Per cent the balance has to have moved by since it was last allotted'),
        min_interval_hours: decimal('a number of hours from 1 to 8760')
          .default('6')
          .describe('Hours between two allotments at least'),
      })
      .prefault({})
      .describe('When the shares of its balance are allotted anew to its strategies'),
    active,
  })
  .describe('One account on one exchange market');

const link = z
  .strictObject({
    share: decimal('a per cent above 0, up to 100').optional().describe("Per cent of the account's balance"),
    capital: decimal('an amount above 0 in plain digits').optional().describe('A fixed amount'),
    leverage: whole('a whole number from 1 to 125').default('1'),
    active,
  })
  .describe('What the strategy may use on this account: exactly one of share and capital');

const strategy = z
  .strictObject({
    market_type: z.enum(marketTypes, { error: `expected one of ${marketTypes.join(', ')}` }),
    token: secretReference.describe('The webhook token'),
    owner_chats: z.array(chat, { error: 'expected a list of Telegram chat ids' }).default([]),
    max_lag_seconds: decimal('a number of seconds above 0')
      .nullable()
      .default(null)
      .describe('An alert whose timestamp is older is not executed'),
    max_age_seconds: decimal('a number of seconds above 0')
      .default('30')
      .describe('A MARKET order is sent at most this long after its alert came'),
    active,
    accounts: z.record(name('an account name'), link, { error: 'expected a mapping of account names' }),
  })
  .describe('A strategy (group_name of an alert) and the accounts it trades on');

const retention = z
  .strictObject({
    receipts_days: whole('a whole number of days, 8 or more')
      .default('90')
      .describe('Receipts, their answers, dead letters, and orders that executed nothing'),
    events_days: whole('a whole number of days').default('30').describe('Events of orders that have ended'),
    runs_days: whole('a whole number of days').default('14').describe('Records of job runs'),
  })
  .describe('How long what happened is kept; nothing of an order that is alive is ever deleted');

const jobName = z
  .string()
  .refine((text) => findJob(text) !== undefined, {
    error: `expected a background job: ${jobCatalogue.map(({ id }) => id).join(', ')}`,
  })
  .meta({ enum: jobCatalogue.flatMap(({ id, aliases }) => [id, ...aliases]) });

const job = z
  .strictObject({
    every: whole('a whole number of seconds').optional().describe('Seconds from one run to the next'),
    cron: z
      .string({ error: 'expected a cron expression such as "3 21 * * *"' })
      .optional()
      .describe('minute hour day month weekday, with the second in front if there is one; in the time zone above'),
  })
  .describe("When the job runs instead of the catalogue's schedule: exactly one of every and cron");

export const configurationSchema = z.strictObject({
  installation: z.strictObject({
    name: z
      .string()
      .regex(/^[a-z0-9-]{1,8}$/, 'expected 1 to 8 of a-z, 0-9 and "-"')
      .describe('Prefix of every client order id; never changes once applied'),
    time_zone: z.string().refine(isTimeZone, 'expected a time zone such as Asia/Seoul').default('Asia/Seoul'),
    operator_chat: chat.nullable().default(null).describe('System warnings go here'),
    bot_token: secretReference
      .nullable()
      .default(null)
      .describe('The token of the Telegram bot; without it messages are stored and logged only'),
    telegram_api: z
      .url({ protocol: /^https?$/, error: 'expected an address such as http://127.0.0.1:8081' })
      .nullable()
      .default(null)
      .describe("Called instead of https://api.telegram.org, e.g. one's own Bot API server"),
    language: language.default('ko').describe('What Telegram messages are written in'),
    chat_languages: z
      .record(chat, language, { error: 'expected a mapping of chat ids to languages' })
      .default({})
      .describe('Chats that read another language'),
    chat_commanders: z
      .record(chat, z.array(user, { error: 'expected a list of Telegram user ids' }), {
        error: 'expected a mapping of chat ids to lists of user ids',
      })
      .default({})
      .describe('Who may command the bot in a group; without an entry nobody may. A private chat needs none'),
  }),
  retention: retention.prefault({}),
  venues: z.partialRecord(z.enum(venueNames), venue, { error: 'expected a mapping of exchange names' }).default({}),
  accounts: z.record(name('an account name'), account, { error: 'expected a mapping of account names' }),
  strategies: z.record(name('a strategy name'), strategy, { error: 'expected a mapping of strategy names' }),
  jobs: z.record(jobName, job, { error: 'expected a mapping of job names' }).default({}),
});

/** The file as read and checked in shape; cross checks and secrets come after. */
export type ConfigurationFile = z.output<typeof configurationSchema>;

function isTimeZone(text: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: text });
    return true;
  } catch {
    return false;
  }
}
