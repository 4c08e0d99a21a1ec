/**
 * How long the exchange asks us to stay away, in milliseconds; null when it does not say. `Retry-After` comes in
 * seconds or as a date; a ban names its end in the text instead ("IP banned until 1659146400000"). The longer one holds.
 */
export function retryAfterMs(answer: {
  headers: Readonly<Record<string, string>>;
  message: string | null;
  receivedAt: number;
}): number | null {
  const waits = [waitOfHeader(answer.headers['retry-after'], answer.receivedAt), waitOfBan(answer)].filter(
    (wait) => wait !== null,
  );
  return waits.length === 0 ? null : Math.max(0, ...waits);
}

function waitOfHeader(value: string | undefined, now: number): number | null {
  if (value === undefined) return null;
  if (/^\d+(\.\d+)?$/.test(value.trim())) return Math.ceil(Number(value) * 1000);
  const until = Date.parse(value);
  return Number.isNaN(until) ? null : until - now;
}

function waitOfBan(answer: { message: string | null; receivedAt: number }): number | null {
  const until = /banned until (\d{13})/i.exec(answer.message ?? '')?.[1];
  return until === undefined ? null : Number(until) - answer.receivedAt;
}
