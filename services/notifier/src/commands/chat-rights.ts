import type { Chats } from '../incidents/recipients.ts';

export type Sender = { isPrivate: boolean; user: string | null };

/** In a private chat whoever writes is its owner; in a group it takes one of the users configured for it. */
export function mayCommand(
  names: readonly string[],
  { isPrivate, user }: Sender,
  commanders: ReadonlyMap<string, readonly string[]>,
): boolean {
  if (isPrivate) return true;
  return user !== null && names.some((name) => commanders.get(name)?.includes(user));
}

/** What a chat may see and stop: the strategies it owns; all of them for the operator's. Null for a chat nobody named. */
export function strategiesOfChat(names: readonly string[], chats: Chats): string[] | null {
  const all = [...chats.owners.keys()];
  if (chats.operator !== null && names.includes(chats.operator)) return all;
  const own = all.filter((strategy) => chats.owners.get(strategy)!.some((chat) => names.includes(chat)));
  return own.length > 0 ? own : null;
}
