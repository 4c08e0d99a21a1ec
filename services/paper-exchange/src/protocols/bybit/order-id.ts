/** The venue's order ids are UUIDs; ours hold the number of the order, so that an id names its order without a table. */
export function orderIdText(id: number): string {
  const hex = id.toString(16).padStart(16, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4000-8000-00000000${hex.slice(12)}`;
}

const pattern = /^([0-9a-f]{8})-([0-9a-f]{4})-4000-8000-00000000([0-9a-f]{4})$/;

/** Undefined for an id this venue never gave. */
export function orderIdNumber(text: string): number | undefined {
  const match = pattern.exec(text);
  return match === null ? undefined : Number.parseInt(`${match[1]}${match[2]}${match[3]}`, 16);
}
