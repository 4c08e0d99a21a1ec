import type { Chats } from '../incidents/recipients.ts';

/** What a chat may see and stop: the strategies it owns; all of them for the operator's. Null for a chat nobody named. */
export function strategiesOfChat(names: readonly string[], chats: Chats): string[] | null {
  const all = [...chats.owners.keys()];
  if (chats.operator !== null && names.includes(chats.operator)) return all;
  const own = all.filter((strategy) => chats.owners.get(strategy)!.some((chat) => names.includes(chat)));
  return own.length > 0 ? own : null;
}
