import { strict as assert } from 'node:assert';
import { randomBytes } from 'node:crypto';
import { Decimal, type VenueName } from '@sluice/contracts';
import { createExchange, createMarketData, issueAccessToken } from '../create-exchange.ts';
import type {
  AccessTokens,
  Credentials,
  Exchange,
  MarketDataSource,
  MarketFacts,
  OrderRef,
  PlaceOrder,
} from '../exchange.ts';
import { venueTraits } from '../venue-traits.ts';
import { withOwnIds } from './numbered-orders.ts';

/** A venue that a check trades on: one account, one market, and orders small enough to be nobody's loss. */
export type VenueUnderTest = {
  venue: VenueName;
  endpoint: string | null;
  credentials: Credentials;
  exchange: Exchange;
  source: MarketDataSource;
  market: MarketFacts;
  /** The last price when the check began. */
  last: Decimal;
  /** A LIMIT buy below the market, where it rests. Each `place` is a tick lower than the one before. */
  resting(place?: number): PlaceOrder;
  /** A STOP above the market that nobody reaches. */
  stop(type: 'STOP_MARKET' | 'STOP_LIMIT'): PlaceOrder;
  /** The least the market takes, at the market. */
  atMarket(side: 'buy' | 'sell', quantity?: string): PlaceOrder;
  close(): Promise<void>;
};

/** Opens it, with its clock measured and its markets known. `symbol` is canonical, `BTC/USDT`. */
export async function openVenue(
  venue: VenueName,
  endpoint: string | null,
  credentials: Credentials,
  symbol: string,
): Promise<VenueUnderTest> {
  const source = createMarketData({ venue, endpoint });
  const exchange = openAccount(venue, endpoint, credentials);
  try {
    const markets = await source.markets();
    exchange.useMarkets(markets);
    await exchange.syncClock();
    const market = markets.find((one) => one.symbol === symbol);
    assert(market, `${venue} does not list ${symbol}; name another one`);
    assert.equal(market.status, 'trading', `${symbol} does not trade at the moment`);
    const priced = venueTraits(venue).publicPrices ? source : exchange;
    const last = new Decimal((await priced.ticker(symbol)).last);
    return { venue, endpoint, credentials, exchange, source, market, last, ...ordersFor(market, last), close };
  } catch (error) {
    await close();
    throw error;
  }

  async function close(): Promise<void> {
    await Promise.allSettled([exchange.close(), source.close()]);
  }
}

/** An account as the checks ask it: by their own ids, and with one token for all of the run. */
export function openAccount(venue: VenueName, endpoint: string | null, credentials: Credentials): Exchange {
  const traits = venueTraits(venue);
  const tokens = traits.accessTokens ? { tokens: oneToken(venue, endpoint, credentials) } : {};
  const exchange = createExchange({ venue, endpoint, credentials, ...tokens });
  return traits.clientOrderIds ? exchange : withOwnIds(exchange);
}

function oneToken(venue: VenueName, endpoint: string | null, credentials: Credentials): AccessTokens {
  let issued: ReturnType<typeof issueAccessToken> | undefined;
  return {
    async current() {
      issued ??= issueAccessToken({ venue, endpoint, credentials }, Date.now);
      return (await issued).token;
    },
    drop() {},
  };
}

/** Far enough to rest for the length of a check, near enough for every exchange's price filter. */
const BELOW = '0.93';
const ABOVE = '1.06';

function ordersFor(market: MarketFacts, last: Decimal): Pick<VenueUnderTest, 'resting' | 'stop' | 'atMarket'> {
  const tickAt = (price: Decimal) =>
    (market.priceTicks ?? []).findLast(({ from }) => price.gte(from))?.tick ?? market.priceTick;
  const onTick = (price: Decimal) => price.div(tickAt(price)).floor().mul(tickAt(price));
  const below = onTick(last.mul(BELOW));
  const above = onTick(last.mul(ABOVE));
  const order = (more: Partial<PlaceOrder> & Pick<PlaceOrder, 'type'>): PlaceOrder => ({
    clientOrderId: `slcheck${randomBytes(8).toString('hex')}`,
    symbol: market.symbol,
    side: 'buy',
    quantity: leastQuantity(market, below),
    price: null,
    stopPrice: null,
    reduceOnly: false,
    ...more,
  });
  return {
    resting: (place = 0) =>
      order({ type: 'LIMIT', price: below.minus(new Decimal(tickAt(below)).mul(place)).toFixed() }),
    stop: (type) =>
      order({
        type,
        stopPrice: above.toFixed(),
        price: type === 'STOP_LIMIT' ? onTick(above.mul('1.001')).toFixed() : null,
      }),
    atMarket: (side, quantity = leastQuantity(market, below)) => order({ type: 'MARKET', side, quantity }),
  };
}

/** A third above the least, so that what a fee leaves of it can be sold again. */
function leastQuantity({ amountStep, minAmount, marketAmountStep, minNotional }: MarketFacts, price: Decimal): string {
  const step = Decimal.max(amountStep, marketAmountStep ?? 0);
  const worth = new Decimal(minNotional ?? 0).div(price);
  return Decimal.max(step, minAmount ?? 0, worth)
    .mul('1.34')
    .div(step)
    .ceil()
    .mul(step)
    .toFixed();
}

export const refOf = ({ clientOrderId, symbol, type }: PlaceOrder): OrderRef => ({
  clientOrderId,
  symbol,
  conditional: type === 'STOP_MARKET' || type === 'STOP_LIMIT',
});

/** The instant a request carries and its window, as the order path gives it. */
export const stampNow = () => ({ signedAt: Date.now(), receiveWindowMs: 3_000 });

/** What is asked for again until it holds: exchanges show an order a moment after they took it. */
export async function eventually(check: () => Promise<void>, withinMs = 10_000): Promise<void> {
  const until = Date.now() + withinMs;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (Date.now() > until) throw error;
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  }
}
