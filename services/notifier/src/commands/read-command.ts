/** What somebody asked the bot for. */
export type Command =
  | { kind: 'status' }
  | { kind: 'pause' | 'resume'; strategy: string }
  | { kind: 'needs_strategy'; command: string }
  | { kind: 'help' };

/** Reads a message to the bot; null for what is no command. A group's commands may name the bot: `/status@sluice_bot`. */
export function readCommand(text: string): Command | null {
  const match = /^\/([a-z]+)(?:@\w+)?(?:\s+(\S+))?\s*$/i.exec(text.trim());
  if (!match) return text.trim().startsWith('/') ? { kind: 'help' } : null;
  const name = match[1]!.toLowerCase();
  switch (name) {
    case 'status':
      return { kind: 'status' };
    case 'pause':
    case 'resume':
      return match[2] === undefined
        ? { kind: 'needs_strategy', command: `/${name}` }
        : { kind: name, strategy: match[2] };
    default:
      return { kind: 'help' };
  }
}
