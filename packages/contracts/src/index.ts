export * from './alert-answer.ts';
export * from './decimal.ts';
export * from './job-catalogue.ts';
export * from './job-slots.ts';
export * from './job-trigger.ts';
export * from './messages.ts';
export * from './order.ts';
export * from './venue.ts';
