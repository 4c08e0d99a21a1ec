import { Decimal, type DecimalString } from '@sluice/contracts';
import { z } from 'zod';
import type { AdapterMarket } from '../ccxt/symbols.ts';
import type { MarketFacts } from '../exchange.ts';

const text = z.union([z.string().regex(/^\d+(\.\d+)?$/), z.number().nonnegative()]).transform(String);

/** `GET /fapi/v1/exchangeInfo`, the fields that limit an order. */
const exchangeInfo = z.object({
  symbols: z.array(
    z.object({
      symbol: z.string(),
      contractType: z.string(),
      status: z.string(),
      baseAsset: z.string(),
      quoteAsset: z.string(),
      marginAsset: z.string(),
      filters: z.array(
        z.object({
          filterType: z.string(),
          tickSize: text.optional(),
          stepSize: text.optional(),
          minQty: text.optional(),
          maxQty: text.optional(),
          notional: text.optional(),
          limit: text.optional(),
        }),
      ),
    }),
  ),
});
type VenueMarket = z.infer<typeof exchangeInfo>['symbols'][number];

// Since 2025-12-29 exchangeInfo no longer states it: 200 conditional orders per account, over all symbols.
const CONDITIONAL_ORDERS_PER_ACCOUNT = 200;

/** Undefined when the answer is no exchangeInfo. Dated contracts are left out: they share the canonical name. */
export function mapMarkets(data: unknown): MarketFacts[] | undefined {
  const parsed = exchangeInfo.safeParse(data);
  if (!parsed.success) return undefined;
  return parsed.data.symbols
    .filter((market) => market.contractType.endsWith('PERPETUAL') && market.marginAsset === market.quoteAsset)
    .flatMap((market) => mapMarket(market) ?? []);
}

/** Undefined without a tick or a step: no order for it could be written, so we act as if it were not listed. */
function mapMarket(market: VenueMarket): MarketFacts | undefined {
  const filters = new Map(market.filters.map((filter) => [filter.filterType, filter]));
  const lot = filters.get('LOT_SIZE');
  const marketLot = filters.get('MARKET_LOT_SIZE');
  const priceTick = plain(filters.get('PRICE_FILTER')?.tickSize);
  const amountStep = plain(lot?.stepSize);
  if (priceTick === null || amountStep === null) return undefined;
  const perSymbol = filters.get('MAX_NUM_ALGO_ORDERS')?.limit;
  return {
    symbol: `${market.baseAsset}/${market.quoteAsset}`,
    venueSymbol: market.symbol,
    status: statusOf(market.status),
    priceTick,
    priceTicks: null,
    amountStep,
    minAmount: plain(lot?.minQty),
    maxAmount: plain(lot?.maxQty),
    marketAmountStep: plain(marketLot?.stepSize),
    marketMaxAmount: plain(marketLot?.maxQty),
    minNotional: plain(filters.get('MIN_NOTIONAL')?.notional),
    contractSize: '1',
    maxOpenOrders: countOrNull(filters.get('MAX_NUM_ORDERS')?.limit),
    maxConditionalOrders: countOrNull(perSymbol) ?? CONDITIONAL_ORDERS_PER_ACCOUNT,
    conditionalScope: perSymbol === undefined ? 'account' : 'symbol',
    adapterMarket: { id: market.symbol } satisfies AdapterMarket,
  };
}

function statusOf(status: string): MarketFacts['status'] {
  switch (status) {
    case 'TRADING':
      return 'trading';
    // On the way out, settling or halted: orders may still rest there and must stay cancellable.
    case 'PRE_DELIVERING':
    case 'DELIVERING':
    case 'PRE_SETTLE':
    case 'SETTLING':
    case 'CANCEL_ONLY':
    case 'HALT':
    case 'BREAK':
      return 'cancel_only';
    default:
      return 'closed';
  }
}

function plain(value: string | undefined): DecimalString | null {
  return value === undefined ? null : new Decimal(value).toFixed();
}

function countOrNull(value: string | undefined): number | null {
  return value === undefined ? null : Number(value);
}
