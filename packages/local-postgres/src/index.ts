export { LocalPostgresError } from './postgres-server.ts';
export {
  type LocalPostgres,
  type LocalPostgresOptions,
  PortTakenError,
  startLocalPostgres,
} from './start-local-postgres.ts';
