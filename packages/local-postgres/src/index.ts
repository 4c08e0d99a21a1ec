export {
  type LocalPostgres,
  LocalPostgresError,
  type LocalPostgresOptions,
  startLocalPostgres,
} from './start-local-postgres.ts';
