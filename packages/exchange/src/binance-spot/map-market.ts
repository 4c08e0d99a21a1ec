import { z } from 'zod';
import { amount, plain } from '../answers/answer-fields.ts';
import type { AdapterMarket } from '../ccxt/symbols.ts';
import type { MarketFacts } from '../exchange.ts';

/** `GET /api/v3/exchangeInfo`, the fields that limit an order. */
const exchangeInfo = z.object({
  symbols: z.array(
    z.object({
      symbol: z.string(),
      status: z.string(),
      baseAsset: z.string(),
      quoteAsset: z.string(),
      isSpotTradingAllowed: z.boolean().optional(),
      filters: z.array(
        z.object({
          filterType: z.string(),
          tickSize: amount.optional(),
          stepSize: amount.optional(),
          minQty: amount.optional(),
          maxQty: amount.optional(),
          minNotional: amount.optional(),
          maxNumOrders: amount.optional(),
          maxNumAlgoOrders: amount.optional(),
        }),
      ),
    }),
  ),
});
type VenueMarket = z.infer<typeof exchangeInfo>['symbols'][number];

/** Undefined when the answer is no exchangeInfo. */
export function mapMarkets(data: unknown): MarketFacts[] | undefined {
  const parsed = exchangeInfo.safeParse(data);
  if (!parsed.success) return undefined;
  return parsed.data.symbols
    .filter((market) => market.isSpotTradingAllowed !== false)
    .flatMap((market) => mapMarket(market) ?? []);
}

/** Undefined without a tick or a step: no order for it could be written, so we act as if it were not listed. */
function mapMarket(market: VenueMarket): MarketFacts | undefined {
  const filters = new Map(market.filters.map((filter) => [filter.filterType, filter]));
  const lot = filters.get('LOT_SIZE');
  const marketLot = filters.get('MARKET_LOT_SIZE');
  const priceTick = plainAboveZero(filters.get('PRICE_FILTER')?.tickSize);
  const amountStep = plainAboveZero(lot?.stepSize);
  if (priceTick === null || amountStep === null) return undefined;
  return {
    symbol: `${market.baseAsset}/${market.quoteAsset}`,
    venueSymbol: market.symbol,
    status: statusOf(market.status),
    priceTick,
    priceTicks: null,
    amountStep,
    minAmount: plainAboveZero(lot?.minQty),
    maxAmount: plainAboveZero(lot?.maxQty),
    marketAmountStep: plainAboveZero(marketLot?.stepSize),
    marketMaxAmount: plainAboveZero(marketLot?.maxQty),
    // NOTIONAL has taken MIN_NOTIONAL's place; some symbols still state the old one.
    minNotional: plainAboveZero(filters.get('NOTIONAL')?.minNotional ?? filters.get('MIN_NOTIONAL')?.minNotional),
    contractSize: '1',
    maxOpenOrders: countOrNull(filters.get('MAX_NUM_ORDERS')?.maxNumOrders),
    maxConditionalOrders: countOrNull(filters.get('MAX_NUM_ALGO_ORDERS')?.maxNumAlgoOrders),
    conditionalScope: 'symbol',
    adapterMarket: { id: market.symbol } satisfies AdapterMarket,
  };
}

function statusOf(status: string): MarketFacts['status'] {
  switch (status) {
    case 'TRADING':
      return 'trading';
    // Halted for a while or on the way out: orders may still rest there and must stay cancellable.
    case 'CANCEL_ONLY':
    case 'HALT':
    case 'BREAK':
    case 'END_OF_DAY':
      return 'cancel_only';
    default:
      return 'closed';
  }
}

/** Spot writes "no bound" as zero. */
function plainAboveZero(value: string | undefined): string | null {
  const text = value === undefined ? '0' : plain(value);
  return text === '0' ? null : text;
}

function countOrNull(value: string | undefined): number | null {
  return value === undefined ? null : Number(value);
}
