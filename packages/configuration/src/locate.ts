import { type Document, isCollection, isMap, isScalar, type LineCounter, type Node } from 'yaml';

export type Path = readonly PropertyKey[];
export type Place = { line: number; column: number };

/**
 * Finds where in the file a path stands. A key that is missing is placed at the nearest thing above it that is there,
 * since that is where a person has to write it.
 */
export function locate(document: Document, lines: LineCounter, path: Path, at: 'key' | 'value' = 'value'): Place {
  let node = document.contents as Node | null;
  let offset = node?.range?.[0] ?? 0;
  for (const [depth, step] of path.entries()) {
    if (!isCollection(node)) break;
    if (isMap(node)) {
      const pair = node.items.find((item) => String(isScalar(item.key) ? item.key.value : item.key) === String(step));
      if (!pair) break;
      const key = pair.key as Node | null;
      const value = pair.value as Node | null;
      // A mapping starts on the line after its key; the key's line is what a person looks for.
      const useKey = (at === 'key' && depth === path.length - 1) || isCollection(value) || !value?.range;
      offset = (useKey ? key : value)?.range?.[0] ?? offset;
      node = value;
    } else {
      const item = node.items[Number(step)] as Node | undefined;
      if (!item) break;
      offset = item.range?.[0] ?? offset;
      node = item;
    }
  }
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(line, 1), column: Math.max(col, 1) };
}
