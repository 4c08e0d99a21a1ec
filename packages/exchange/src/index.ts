export * from './classify/classify-failure.ts';
export { type FailureRow, failureSources } from './classify/failure-row.ts';
export { failureTable } from './classify/failure-table.ts';
export * from './create-exchange.ts';
export * from './exchange.ts';
export type { CallCost, CallCosts, RateLimit, RateUsage } from './rate-limits.ts';
export { krxCalendar, type SessionCalendar, type SessionSettings } from './sessions/krx-calendar.ts';
export { type VenueTraits, venueTraits } from './venue-traits.ts';
