export { type AttributeName, attributes } from './attributes.ts';
export { type ContextCarrier, captureContext, runInContext } from './context-carrier.ts';
export { currentJobTag, JOB_TAG, runWithJobTag, withJobTag, withoutJobContext } from './job-tag.ts';
export { getLogger, type Logger } from './logger.ts';
export { type Counter, counter, gauge, type Histogram, histogram } from './metrics.ts';
export { startTelemetry, type Telemetry, type TelemetryOptions } from './start-telemetry.ts';
export { inAlertRoot, inAlertSpan, inSpan } from './tracing.ts';
