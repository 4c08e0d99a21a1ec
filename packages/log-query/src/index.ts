export { type LogLevel, type LogLine, logLevels } from './log-line.ts';
export { type LogsQuestion, longestSearch, longestWindowMs } from './logs-question.ts';
export { createLokiLogs, type LogsAnswer, type LokiLogs } from './loki-logs.ts';
