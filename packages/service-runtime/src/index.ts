export { type HealthOptions, healthRoutes } from './health-routes.ts';
export { type Heartbeat, type HeartbeatOptions, startHeartbeat } from './heartbeat.ts';
export { type AskedRun, askForRun, readAskedRun } from './jobs/ask-for-run.ts';
export { bossDb } from './jobs/boss-db.ts';
export { type BossOptions, createBoss } from './jobs/create-boss.ts';
export { createQueues, jobQueueName } from './jobs/create-queues.ts';
export { DatabaseClock } from './jobs/database-clock.ts';
export type { JobFacts, JobLog } from './jobs/log-policy.ts';
export { type MessageQueue, messageQueues } from './jobs/message-queues.ts';
export { migrateBoss } from './jobs/migrate-boss.ts';
export { type JobSchedules, readSchedules } from './jobs/read-schedules.ts';
export { requestRun } from './jobs/request-run.ts';
export type { JobFunction, JobHandler, JobOutcome, JobRun } from './jobs/run-job.ts';
export { readSchedulerStatus, type SchedulerStatus } from './jobs/scheduler-status.ts';
export type { JobRunner } from './jobs/start-jobs.ts';
export { type JobHandlers, startServiceJobs } from './jobs/start-service-jobs.ts';
export { type MigrateOptions, MigrationError, migrate } from './migrations/migrate.ts';
export { migrateAll, migrationSets } from './migrations/migrate-all.ts';
export { missingFromDatabase } from './migrations/missing-from-database.ts';
export { createListener, type Listener } from './notifications/listener.ts';
export { createNotifier, type Notifier } from './notifications/notifier.ts';
export { createWaiter, type Waiter } from './notifications/waiter.ts';
export { isConflict } from './postgres/conflicts.ts';
export {
  connectPostgres,
  type PostgresOptions,
  type Sql,
  type SqlOrTx,
  type Tx,
} from './postgres/connect-postgres.ts';
export { isConnectionError, sqlState } from './postgres/postgres-error.ts';
export { retryWhileSlow } from './postgres/retry-while-slow.ts';
export { type TransactionOptions, withTransaction } from './postgres/with-transaction.ts';
export {
  type ClosedScope,
  closeScope,
  type RateAsk,
  readClosedScopes,
  takeRateBudget,
} from './rate-budget/take-rate-budget.ts';
export { EnvError, readEnv } from './read-env.ts';
export { replicaId } from './replica-id.ts';
export { type DeletedBatch, deleteInSteps, type RetentionStep } from './retention/delete-in-steps.ts';
export { type RetentionWork, workRetention } from './retention/work-retention.ts';
export { runService, type ServiceContext, type ServiceDefinition } from './run-service.ts';
export { type FetchApp, type HttpServer, serveHttp } from './serve-http.ts';
export { startFailureSentence } from './start-failure.ts';
