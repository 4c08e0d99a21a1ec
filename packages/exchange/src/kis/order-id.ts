/**
 * What names an order at KIS, as one text: `20261121-06010-0000012345`. Numbers begin anew each day, so the day belongs to
 * it; a cancel needs the branch the order was taken in at.
 */
export type KisOrderId = { day: string; branch: string; number: string };

export function toOrderId({ day, branch, number }: KisOrderId): string {
  return `${day}-${branch}-${number.padStart(10, '0')}`;
}

/** Undefined where the text names no order of KIS. */
export function fromOrderId(text: string): KisOrderId | undefined {
  const [, day, branch, number] = /^(\d{8})-([0-9A-Za-z]*)-(\d{10})$/.exec(text) ?? [];
  return day === undefined ? undefined : { day, branch: branch!, number: number! };
}
