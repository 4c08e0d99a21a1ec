import { Decimal } from 'decimal.js';
import { leverageOf, symbolMargin, totalMargin, unrealizedPnl, usedSymbols } from '../../../matching/margin.ts';
import { positionAmount, positionKey } from '../../../matching/position.ts';
import { type Account, type Market, markPrice, type Venue } from '../../../matching/venue.ts';

const ZERO = '0.00000000';
const usdt = (value: Decimal): string => value.toFixed(8);

const positionSides = (account: Account) => (account.hedge ? (['LONG', 'SHORT'] as const) : (['BOTH'] as const));

/** Margin of what is held, apart from what rests. */
function positionMargin(account: Account, market: Market): Decimal {
  let notional = new Decimal(0);
  for (const side of positionSides(account)) {
    notional = notional.plus(positionAmount(account, market.spec.symbol, side).abs().times(markPrice(market)));
  }
  return notional.div(leverageOf(account, market.spec.symbol));
}

/** Markets with a position or a resting order, which is what the v3 endpoints list; v2 lists every symbol. */
export function listedMarkets(venue: Venue, account: Account, all: boolean): Market[] {
  if (all) return [...venue.markets.values()];
  const used = usedSymbols(account);
  return [...venue.markets.values()].filter(
    (market) =>
      used.has(market.spec.symbol) &&
      (positionSides(account).some((side) => !positionAmount(account, market.spec.symbol, side).isZero()) ||
        (account.open.get(market.spec.symbol)?.size ?? 0) > 0),
  );
}

export function assetView(venue: Venue, account: Account, now: number) {
  const pnl = unrealizedPnl(venue, account);
  const initial = totalMargin(venue, account);
  let held = new Decimal(0);
  for (const market of venue.markets.values()) held = held.plus(positionMargin(account, market));
  const available = Decimal.max(0, account.wallet.plus(pnl).minus(initial));
  return {
    asset: 'USDT',
    walletBalance: usdt(account.wallet),
    unrealizedProfit: usdt(pnl),
    marginBalance: usdt(account.wallet.plus(pnl)),
    maintMargin: ZERO,
    initialMargin: usdt(initial),
    positionInitialMargin: usdt(held),
    openOrderInitialMargin: usdt(Decimal.max(0, initial.minus(held))),
    crossWalletBalance: usdt(account.wallet),
    crossUnPnl: usdt(pnl),
    availableBalance: usdt(available),
    maxWithdrawAmount: usdt(available),
    marginAvailable: true,
    updateTime: now,
  };
}

export function accountView(venue: Venue, account: Account, all: boolean, now: number): object {
  const asset = assetView(venue, account, now);
  return {
    feeTier: 0,
    canTrade: true,
    canDeposit: true,
    canWithdraw: true,
    updateTime: 0,
    multiAssetsMargin: false,
    tradeGroupId: -1,
    totalInitialMargin: asset.initialMargin,
    totalMaintMargin: asset.maintMargin,
    totalWalletBalance: asset.walletBalance,
    totalUnrealizedProfit: asset.unrealizedProfit,
    totalMarginBalance: asset.marginBalance,
    totalPositionInitialMargin: asset.positionInitialMargin,
    totalOpenOrderInitialMargin: asset.openOrderInitialMargin,
    totalCrossWalletBalance: asset.crossWalletBalance,
    totalCrossUnPnl: asset.crossUnPnl,
    availableBalance: asset.availableBalance,
    maxWithdrawAmount: asset.maxWithdrawAmount,
    assets: [asset],
    positions: listedMarkets(venue, account, all).flatMap((market) => positionViews(venue, account, market)),
  };
}

/** Account and positionRisk entries in one: the fields of both, under the names of both. */
export function positionViews(venue: Venue, account: Account, market: Market): object[] {
  const { symbol } = market.spec;
  const initial = symbolMargin(venue, account, symbol);
  const held = positionMargin(account, market);
  return positionSides(account).map((positionSide) => {
    const position = account.positions.get(positionKey(symbol, positionSide));
    const amount = position?.amount ?? new Decimal(0);
    const entry = position?.entryPrice ?? new Decimal(0);
    const pnl = usdt(markPrice(market).minus(entry).times(amount));
    const isolated = account.isolated.has(symbol);
    return {
      symbol,
      positionSide,
      positionAmt: amount.toFixed(market.spec.quantityPrecision),
      entryPrice: entry.toFixed(market.spec.pricePrecision + 3),
      breakEvenPrice: entry.toFixed(market.spec.pricePrecision + 3),
      markPrice: markPrice(market).toFixed(8),
      unRealizedProfit: pnl,
      unrealizedProfit: pnl,
      liquidationPrice: '0',
      leverage: String(leverageOf(account, symbol)),
      isolated,
      marginType: isolated ? 'isolated' : 'cross',
      isolatedMargin: isolated ? usdt(held) : ZERO,
      isolatedWallet: isolated ? usdt(held) : '0',
      isAutoAddMargin: 'false',
      notional: usdt(amount.times(markPrice(market))),
      marginAsset: 'USDT',
      initialMargin: usdt(initial),
      maintMargin: ZERO,
      positionInitialMargin: usdt(held),
      openOrderInitialMargin: usdt(Decimal.max(0, initial.minus(held))),
      maxNotionalValue: '1000000000',
      adl: 0,
      bidNotional: '0',
      askNotional: '0',
      updateTime: position?.updateTime ?? 0,
    };
  });
}
