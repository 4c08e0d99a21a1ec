import type { DecimalString, Language, MarketType, VenueName } from '@sluice/contracts';

/** Where a secret is to be found; the only form in which one may stand in a file or a table. */
export type SecretReference = { env: string } | { file: string };

export type InstallationSettings = {
  name: string;
  timeZone: string;
  operatorChat: string | null;
  botToken: SecretReference | null;
  telegramApi: string | null;
  language: Language;
  chatLanguages: Record<string, Language>;
  /** By chat, the users who may command the bot in it, where it is a group. */
  chatCommanders: Record<string, string[]>;
  /** How long receipts, order events and records of job runs are kept, in days. */
  receiptsDays: number;
  eventsDays: number;
  runsDays: number;
};

export type VenueSettings = {
  name: VenueName;
  endpoint: string | null;
  egress: string;
  /** Added to the built-in trading hours, in the exchange's own zone: days as 2026-05-04, hours as 10:00-16:30. */
  closedDays: string[];
  openDays: string[];
  specialHours: Record<string, string>;
};

export type AccountSettings = {
  name: string;
  venue: VenueName;
  apiKey: SecretReference;
  apiSecret: SecretReference;
  /** Where the keys alone do not say whose account it is. */
  accountNumber: SecretReference | null;
  marginMode: 'cross' | 'isolated';
  /** Per symbol; null leaves it to what the exchange allows. */
  maxOpenOrders: number | null;
  maxConditionalOrders: number | null;
  reserve: { buy: number; sell: number; conditional: number };
  /** When shares of the balance are allotted anew: it has moved by `threshold` per cent, and not more often. */
  rebalance: { threshold: DecimalString; minIntervalHours: DecimalString };
  active: boolean;
};

export type StrategySettings = {
  name: string;
  marketType: MarketType;
  /** SHA-256 of the webhook token, lower-case hex. */
  tokenHash: string;
  chats: string[];
  maxLagMs: number | null;
  maxAgeMs: number;
  active: boolean;
};

/** A strategy on an account: exactly one of `share` (per cent of the balance) and `capital` (fixed) is set. */
export type LinkSettings = {
  strategy: string;
  account: string;
  share: DecimalString | null;
  capital: DecimalString | null;
  leverage: DecimalString;
  active: boolean;
};

/** A job that runs by another schedule than the catalogue's: "every 61 s", or a cron expression of six fields. */
export type JobSettings = { name: string; schedule: string };

/** What a person decided, read from a file and checked as a whole. */
export type Configuration = {
  installation: InstallationSettings;
  venues: VenueSettings[];
  accounts: AccountSettings[];
  strategies: StrategySettings[];
  links: LinkSettings[];
  jobs: JobSettings[];
};

/** What was applied last; things taken out since are still there, marked. */
export type StoredConfiguration = {
  installation: InstallationSettings | null;
  revision: number;
  venues: VenueSettings[];
  accounts: (AccountSettings & { removed: boolean })[];
  strategies: (StrategySettings & { removed: boolean })[];
  links: (LinkSettings & { removed: boolean })[];
  jobs: JobSettings[];
};
