import { Decimal } from '@sluice/contracts';
import { z } from 'zod';
import { ExchangeError, type ExchangePosition } from '../exchange.ts';
import { type KisConnection, unreadable } from './connection.ts';
import { numberText } from './map-order.ts';
import { readPages } from './read-pages.ts';
import { toSymbol } from './symbols.ts';

const balanceBody = z.object({
  output1: z.array(
    z.object({ pdno: z.string().trim(), hldg_qty: numberText, pchs_avg_pric: numberText, prpr: numberText }),
  ),
  output2: z.array(z.object({ prvs_rcdl_excc_amt: numberText, tot_evlu_amt: numberText })).default([]),
});

type Account = { total: string; free: string; positions: ExchangePosition[] };

/**
 * What an account holds. `free` is the cash after all that is traded and not yet settled (two days later), `total` that and
 * what the stocks are worth now.
 */
export async function readAccount(connection: KisConnection): Promise<Account> {
  const pages = await readPages(connection, {
    method: 'GET',
    path: '/uapi/domestic-stock/v1/trading/inquire-balance',
    transaction: connection.domain.transactions.balance,
    fields: {
      ...connection.account,
      AFHR_FLPR_YN: 'N',
      OFL_YN: '',
      // By stock, not by loan.
      INQR_DVSN: '02',
      UNPR_DVSN: '01',
      FUND_STTL_ICLD_YN: 'N',
      FNCG_AMT_AUTO_RDPT_YN: 'N',
      PRCS_DVSN: '00',
    },
  });
  const read = pages.map((page) => balanceBody.safeParse(page));
  const bodies = read.flatMap(({ data }) => data ?? []);
  const money = bodies.flatMap(({ output2 }) => output2)[0];
  if (bodies.length < pages.length || money === undefined) throw new ExchangeError(unreadable('read').failure);
  return {
    free: new Decimal(money.prvs_rcdl_excc_amt).toFixed(),
    total: new Decimal(money.tot_evlu_amt).toFixed(),
    // What was sold today stands in the list with zero for two more days.
    positions: bodies
      .flatMap(({ output1 }) => output1)
      .filter(({ hldg_qty }) => !new Decimal(hldg_qty).isZero())
      .map(({ pdno, hldg_qty, pchs_avg_pric, prpr }) => ({
        symbol: toSymbol(pdno),
        quantity: new Decimal(hldg_qty).toFixed(),
        entryPrice: new Decimal(pchs_avg_pric).toFixed(),
        ...(new Decimal(prpr).gt(0) && { price: new Decimal(prpr).toFixed() }),
      })),
  };
}
