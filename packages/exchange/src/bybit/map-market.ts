import { Decimal, type DecimalString } from '@sluice/contracts';
import { z } from 'zod';
import { amount } from '../answers/answer-fields.ts';
import type { AdapterMarket } from '../ccxt/symbols.ts';
import type { MarketFacts } from '../exchange.ts';
import { SETTLEMENT_CURRENCY } from './answer-shape.ts';

/** One entry of `GET /v5/market/instruments-info`, the fields that limit an order. */
const instrument = z.object({
  symbol: z.string(),
  contractType: z.string(),
  status: z.string(),
  baseCoin: z.string(),
  quoteCoin: z.string(),
  settleCoin: z.string(),
  priceFilter: z.object({ tickSize: amount }),
  lotSizeFilter: z.object({
    qtyStep: amount,
    minOrderQty: amount.nullish(),
    maxOrderQty: amount.nullish(),
    maxMktOrderQty: amount.nullish(),
    minNotionalValue: amount.nullish(),
  }),
});
export type Instrument = z.infer<typeof instrument>;

export function readInstrument(data: unknown): Instrument | undefined {
  return instrument.safeParse(data).data;
}

// No endpoint states them; the page of `order/create` does, apart from each other.
const ACTIVE_ORDERS_PER_SYMBOL = 500;
const CONDITIONAL_ORDERS_PER_SYMBOL = 10;

/** Undefined for what is no USDT perpetual: dated contracts share the canonical name, USDC's are settled in another coin. */
export function mapMarket(market: Instrument): MarketFacts | undefined {
  const { lotSizeFilter: lot } = market;
  if (market.contractType !== 'LinearPerpetual' || market.settleCoin !== SETTLEMENT_CURRENCY) return undefined;
  if (market.quoteCoin !== SETTLEMENT_CURRENCY) return undefined;
  return {
    symbol: `${market.baseCoin}/${market.quoteCoin}`,
    venueSymbol: market.symbol,
    status: statusOf(market.status),
    priceTick: plain(market.priceFilter.tickSize)!,
    priceTicks: null,
    amountStep: plain(lot.qtyStep)!,
    minAmount: plain(lot.minOrderQty),
    maxAmount: plain(lot.maxOrderQty),
    marketAmountStep: plain(lot.qtyStep),
    marketMaxAmount: plain(lot.maxMktOrderQty),
    minNotional: plain(lot.minNotionalValue),
    contractSize: '1',
    // Conditional orders are counted apart, so there is room for ten more: not used, as a triggered one needs a place.
    maxOpenOrders: ACTIVE_ORDERS_PER_SYMBOL,
    maxConditionalOrders: CONDITIONAL_ORDERS_PER_SYMBOL,
    conditionalScope: 'symbol',
    adapterMarket: { id: market.symbol } satisfies AdapterMarket,
  };
}

function statusOf(status: string): MarketFacts['status'] {
  switch (status) {
    case 'Trading':
      return 'trading';
    // On the way out: orders may still rest there and must stay cancellable.
    case 'Delivering':
      return 'cancel_only';
    default:
      return 'closed';
  }
}

function plain(value: string | null | undefined): DecimalString | null {
  return value == null ? null : new Decimal(value).toFixed();
}
