import type { RetentionStep, Sql } from '@sluice/service-runtime';
import { deleteMessages, deletePosts, deleteQuietIncidents } from '../db/delete-old.ts';

/** What notifier deletes: what people were told, as old as the receipts it was told of. Nothing that is on its way. */
export function retentionSteps(sql: Sql, receiptsDays: number): RetentionStep[] {
  return [
    { name: 'messages', deleteSome: (limit) => deleteMessages(sql, receiptsDays, limit) },
    { name: 'posts', deleteSome: (limit) => deletePosts(sql, receiptsDays, limit) },
    { name: 'quiet incidents', deleteSome: () => deleteQuietIncidents(sql) },
  ];
}
