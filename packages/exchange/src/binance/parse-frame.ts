export type Named = Record<string, unknown>;

/** A frame that is one object of named fields; undefined for anything else, which is not in the documented shape. */
export function parseFrame(frame: string): Named | undefined {
  try {
    const value: unknown = JSON.parse(frame);
    return isNamed(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

export function isNamed(value: unknown): value is Named {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
