import type { RetentionMessage } from '@sluice/contracts';
import type { RetentionStep, Sql } from '@sluice/service-runtime';
import {
  deleteDeadLetterHours,
  deleteDeadLetters,
  deleteJobEvents,
  deleteJobRuns,
  deleteReceipts,
} from '../db/delete-old.ts';

/** What the gateway deletes: what it received, and, for all services, the records of job runs. */
export function retentionSteps(sql: Sql, { receiptsDays, eventsDays, runsDays }: RetentionMessage): RetentionStep[] {
  return [
    { name: 'receipts', deleteSome: (limit, after) => deleteReceipts(sql, receiptsDays, limit, after) },
    { name: 'dead letters', deleteSome: (limit, after) => deleteDeadLetters(sql, receiptsDays, limit, after) },
    { name: 'counts of dead letters', deleteSome: () => deleteDeadLetterHours(sql, receiptsDays) },
    { name: 'job runs', deleteSome: (limit) => deleteJobRuns(sql, runsDays, limit) },
    { name: 'job events', deleteSome: (limit) => deleteJobEvents(sql, eventsDays, limit) },
  ];
}
