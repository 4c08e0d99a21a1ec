import { Decimal } from 'decimal.js';
import type { Income } from './income.ts';
import type { AlgoOrder, Order, PositionSide, Trade } from './order.ts';
import { createRecord, type VenueRecord } from './record.ts';
import type { Rules } from './rules.ts';
import type { Settlement } from './settlement.ts';
import type { Switches } from './switches.ts';
import type { SymbolSpec } from './symbol-spec.ts';
import type { VenueEvent } from './venue-event.ts';

export interface AccountSpec {
  readonly name: string;
  readonly key: string;
  readonly secret: string;
  /** USDT, decimal string. */
  readonly balance: string;
}

export interface Position {
  readonly symbol: string;
  readonly positionSide: PositionSide;
  /** Signed: negative is short. */
  amount: Decimal;
  entryPrice: Decimal;
  /** Profit realised since the position was first held, before fees. */
  realized: Decimal;
  updateTime: number;
}

export interface Account {
  readonly name: string;
  readonly key: string;
  readonly secret: string;
  wallet: Decimal;
  /** Hedge mode: LONG and SHORT positions side by side. */
  hedge: boolean;
  readonly leverage: Map<string, number>;
  /** Of a symbol whose leverage nobody has set. */
  readonly defaultLeverage: number;
  readonly isolated: Set<string>;
  /** Key: symbol and position side. */
  readonly positions: Map<string, Position>;
  readonly orders: Map<number, Order>;
  /** All orders that ever used a client id, oldest first. */
  readonly ordersByClientId: Map<string, Order[]>;
  readonly open: Map<string, Map<number, Order>>;
  /** Quote value of what is left of resting orders that are not reduce-only, for the margin. */
  readonly resting: Map<string, { BUY: Decimal; SELL: Decimal }>;
  readonly algos: Map<number, AlgoOrder>;
  readonly algosByClientId: Map<string, AlgoOrder[]>;
  readonly openAlgos: Map<string, Map<number, AlgoOrder>>;
  readonly trades: Trade[];
  /** Every change of the wallet, oldest first. */
  readonly income: Income[];
}

export interface Market {
  readonly spec: SymbolSpec;
  readonly tickSize: Decimal;
  readonly stepSize: Decimal;
  /** exchangeInfo status: TRADING takes orders, anything else only cancels. */
  status: string;
  last: Decimal;
  /** Undefined follows the last price. */
  ownMark: Decimal | undefined;
  /** The price walk stays within its band around this. */
  anchor: Decimal;
  /** The walk's place, as a share of the anchor. */
  offset: number;
  /** The rate of the last funding, as a share of the position. */
  fundingRate: Decimal;
  readonly book: Map<number, Order>;
  readonly waiting: Map<number, AlgoOrder>;
}

/** Open-order caps; the narrowest entry that applies wins: account and symbol, account, symbol, default. */
export interface Caps {
  openPerSymbol: number;
  conditionalPerAccount: number;
  conditionalPerSymbol: number;
  readonly openBySymbol: Map<string, number>;
  readonly openByAccount: Map<string, number>;
  readonly openByAccountAndSymbol: Map<string, number>;
  readonly conditionalByAccount: Map<string, number>;
}

/** What makes a venue the one it is. */
export interface VenueProfile<S extends Switches = Switches> {
  readonly symbols: readonly SymbolSpec[];
  readonly switches: Readonly<S>;
  readonly caps: Pick<Caps, 'openPerSymbol' | 'conditionalPerAccount' | 'conditionalPerSymbol'>;
  /** Shares of a fill's value, decimal strings. */
  readonly fees: { readonly maker: string; readonly taker: string };
  readonly defaultLeverage: number;
  readonly settlement: Settlement;
  /** Made with the switches in force, which decide some of its answers. */
  rules(switches: () => S): Rules;
}

/** Everything the venue knows. Plain data: the functions of this folder act on it with time as an argument. */
export interface Venue<S extends Switches = Switches> {
  readonly markets: Map<string, Market>;
  readonly accounts: Map<string, Account>;
  readonly accountsByKey: Map<string, Account>;
  switches: S;
  readonly rules: Rules;
  readonly settlement: Settlement;
  readonly fees: VenueProfile['fees'];
  readonly defaultLeverage: number;
  readonly caps: Caps;
  readonly record: VenueRecord;
  /** Told of whatever the venue's streams carry, at the moment it happens and with the state it led to. */
  readonly tell: (event: VenueEvent) => void;
  nextOrderId: number;
  nextAlgoId: number;
  nextTradeId: number;
  nextIncomeId: number;
}

export const markPrice = (market: Market): Decimal => market.ownMark ?? market.last;

function createAccount(spec: AccountSpec, defaultLeverage: number): Account {
  return {
    name: spec.name,
    key: spec.key,
    secret: spec.secret,
    wallet: new Decimal(spec.balance),
    hedge: false,
    leverage: new Map(),
    defaultLeverage,
    isolated: new Set(),
    positions: new Map(),
    orders: new Map(),
    ordersByClientId: new Map(),
    open: new Map(),
    resting: new Map(),
    algos: new Map(),
    algosByClientId: new Map(),
    openAlgos: new Map(),
    trades: [],
    income: [],
  };
}

function createMarket(spec: SymbolSpec): Market {
  const start = new Decimal(spec.startPrice);
  return {
    spec,
    tickSize: new Decimal(spec.tickSize),
    stepSize: new Decimal(spec.stepSize),
    status: 'TRADING',
    last: start,
    ownMark: undefined,
    anchor: start,
    offset: 0,
    fundingRate: new Decimal(0),
    book: new Map(),
    waiting: new Map(),
  };
}

export function addAccount(venue: Venue, spec: AccountSpec): Account {
  const account = createAccount(spec, venue.defaultLeverage);
  venue.accounts.set(spec.name, account);
  venue.accountsByKey.set(spec.key, account);
  return account;
}

/**
 * A venue with nothing on it. Ids start at `idBase`, which the process derives from its start time: a memory-only
 * venue that began at 1 again would hand out trade ids that a client has already booked.
 */
export function createVenue<S extends Switches>(
  profile: VenueProfile<S>,
  accounts: readonly AccountSpec[],
  idBase: number,
  tell: (event: VenueEvent) => void = () => {},
): Venue<S> {
  const venue: Venue<S> = {
    markets: new Map(profile.symbols.map((spec) => [spec.symbol, createMarket(spec)])),
    accounts: new Map(),
    accountsByKey: new Map(),
    switches: { ...profile.switches },
    rules: profile.rules(() => venue.switches),
    settlement: profile.settlement,
    fees: profile.fees,
    defaultLeverage: profile.defaultLeverage,
    caps: {
      ...profile.caps,
      openBySymbol: new Map(),
      openByAccount: new Map(),
      openByAccountAndSymbol: new Map(),
      conditionalByAccount: new Map(),
    },
    record: createRecord(),
    tell,
    nextOrderId: idBase,
    // Far apart, so that an id taken for one of another kind is not found instead of found by luck.
    nextAlgoId: idBase + 1_000_000_000_000_000,
    nextTradeId: idBase + 2_000_000_000_000_000,
    nextIncomeId: idBase + 3_000_000_000_000_000,
  };
  for (const account of accounts) addAccount(venue, account);
  return venue;
}
