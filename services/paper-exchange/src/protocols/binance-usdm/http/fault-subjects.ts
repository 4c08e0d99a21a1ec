import type { FaultSubject } from '../../../serving/faults.ts';
import type { Parameters } from '../../binance/parameters.ts';

const subject = (params: { text(name: string): string | undefined }, clientId?: string): FaultSubject => ({
  symbol: params.text('symbol'),
  clientId:
    clientId ?? params.text('newClientOrderId') ?? params.text('origClientOrderId') ?? params.text('clientAlgoId'),
  type: params.text('type'),
});

/** Every order a call names, so that a fault on one of a batch's orders finds the batch. */
export function faultSubjects(params: Parameters): FaultSubject[] {
  const batch = params.text('batchOrders');
  if (batch !== undefined) {
    try {
      const list: unknown = JSON.parse(batch);
      if (Array.isArray(list)) {
        return list.map((item: Record<string, unknown> | null) =>
          subject({ text: (name) => (item?.[name] === undefined ? undefined : String(item[name])) }),
        );
      }
    } catch {
      // The call itself refuses it; here it only names no order.
    }
  }
  const names = params.list('origClientOrderIdList', 'origclientorderidlist');
  if (Array.isArray(names)) return names.map((name) => subject(params, String(name)));
  return [subject(params)];
}
