import type { Fill, FillsFrom } from '../exchange.ts';
import { LINEAR, readPages, signedRead } from './answer-shape.ts';
import type { Connection } from './connection.ts';
import { mapFill, readExecution, type VenueExecution } from './map-execution.ts';

/** The exchange's bound for one page. */
const EXECUTIONS_PER_PAGE = 100;
/** The longest time one read may span. */
export const WEEK_MS = 7 * 86_400_000;

/** Executions of one symbol, oldest first. Trade ids have no order here: from an id on means from its place in the week. */
export async function readFills(connection: Connection, symbol: string, from: FillsFrom): Promise<Fill[]> {
  const between = 'since' in from ? from : { since: Date.now() - WEEK_MS + 60_000 };
  const executions = await readExecutions(connection, {
    symbol: connection.symbols.toVenue(symbol),
    startTime: Math.floor(between.since),
    ...(between.until === undefined ? {} : { endTime: Math.floor(between.until) }),
  });
  const fills = executions.flatMap((execution) => mapFill(execution, connection.symbols.fromVenue) ?? []);
  if ('since' in from) return fills;
  const place = fills.findIndex(({ tradeId }) => tradeId === from.fromId);
  return place === -1 ? fills : fills.slice(place);
}

/** All pages, oldest first; the exchange answers seven days at a time, newest first. */
export async function readExecutions(
  connection: Connection,
  filter: { symbol?: string; execType?: string; startTime: number; endTime?: number },
): Promise<VenueExecution[]> {
  const found = await readPages(
    signedRead(connection, (ccxt, params) => ccxt.privateGetV5ExecutionList(params)),
    { ...LINEAR, ...filter, limit: EXECUTIONS_PER_PAGE },
    readExecution,
    'executions of the account are',
  );
  return found.reverse();
}
