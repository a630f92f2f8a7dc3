/** Where in a YAML config the cursor stands, while it is being written. Pure. */
import type { Path } from "./mapping";

export interface Cursor {
  /** Of the mapping that a key at the cursor would belong to. */
  path: Path;
  /** Where the word at the cursor begins. */
  from: number;
  /** The key whose value is being written; null: a key is. */
  key: string | null;
}

const LINE = /^(\s*)((?:- +)*)(?:(["']?)([^"'#]*?)\3\s*:(?:\s|$))?/;

interface Line {
  /** The column of the dash, or else of the key. */
  start: number;
  /** The column of the key. */
  indent: number;
  isItem: boolean;
  key: string | null;
}

function read(text: string): Line {
  const [, space = "", dashes = "", , key] = LINE.exec(text) ?? [];
  const start = space.length;
  const indent = start + dashes.length;
  return { start, indent, isItem: dashes !== "", key: key?.trim() || null };
}

/**
 * The place of the cursor by the lines above it, which may be incomplete; null where no key or
 * plain value can be written: in a comment, in flow style, in a text in quotes.
 */
export function cursorAt(text: string, offset: number): Cursor | null {
  const start = text.lastIndexOf("\n", offset - 1) + 1;
  const before = text.slice(start, offset);
  if (/(^|\s)#/.test(before) || /[{[]/.test(before)) return null;
  const line = read(before);
  const value = /:\s+(\S*)$/.exec(before);
  if (line.key !== null && value === null) return null;
  const word = line.key === null ? before.slice(line.indent) : (value?.[1] ?? "");
  if (/["']/.test(word) || (line.key === null && /\s/.test(word))) return null;
  const path = parentPath(text.slice(0, start).split("\n").slice(0, -1), line);
  return { path, from: offset - word.length, key: line.key };
}

function parentPath(above: readonly string[], line: Line): Path {
  const path: (string | number)[] = line.isItem ? [0] : [];
  let { start: indent, isItem: isInList } = line;
  for (let index = above.length - 1; index >= 0 && (indent > 0 || isInList); index--) {
    const text = above[index] ?? "";
    if (/^\s*(#|$)/.test(text)) continue;
    const each = read(text);
    if (each.isItem && each.indent === indent) {
      // The first key of the item that the line belongs to.
      path.unshift(0);
    } else if (
      each.key !== null &&
      (each.indent < indent || (isInList && !each.isItem && each.indent === indent))
    ) {
      // A list may stand as far left as the key that it belongs to.
      path.unshift(...(each.isItem ? [0, each.key] : [each.key]));
    } else continue;
    indent = each.start;
    isInList = each.isItem;
  }
  return path;
}
