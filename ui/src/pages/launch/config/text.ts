/**
 * Run config as people write it: YAML, or JSON, which is YAML as well. Pure.
 *
 * The text is what is kept and edited; its value is read anew with each change.
 */
import {
  type Document,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  visit,
} from "yaml";
import { isMapping, type Path } from "./mapping";

/** A stretch of the text, as offsets. */
export interface Stretch {
  from: number;
  to: number;
}

export interface TextMistake extends Stretch {
  message: string;
  /** Counted from 1. */
  line: number;
  column: number;
}

export interface ConfigText {
  text: string;
  /** What it says; null where it cannot be read. */
  value: Readonly<Record<string, unknown>> | null;
  /** Why it cannot be read. */
  mistakes: readonly TextMistake[];
  /** Where the value at a path stands; that of the nearest value around it where there is none. */
  placeOf: (path: Path, isKey?: boolean) => Stretch;
  lineOf: (offset: number) => { line: number; column: number };
  document: Document;
}

const MOST_CHARS = 1_000_000;

/** Whether the text is meant as JSON. */
export function isJson(text: string): boolean {
  return /^\s*[{[]/.test(text);
}

/** What a config text says, or why it says nothing. */
export function readConfig(text: string): ConfigText {
  const lines = new LineCounter();
  const isTooLong = text.length > MOST_CHARS;
  const document = parseDocument(isTooLong ? "" : text, {
    lineCounter: lines,
    prettyErrors: false,
  });
  const lineOf = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const placeOf = (path: Path, isKey = false) => placeIn(document, path, isKey, text.length);
  const at = ({ from, to }: Stretch, message: string): TextMistake => ({
    ...{ from, to, message },
    ...lineOf(from),
  });
  const mistakes: TextMistake[] = document.errors.map((error) => {
    const from = Math.min(error.pos[0], text.length);
    return at({ from, to: Math.max(from, Math.min(error.pos[1], text.length)) }, error.message);
  });
  if (isTooLong) mistakes.push(at({ from: 0, to: 0 }, "This is too long for a config."));
  visit(document, {
    Alias(_, node) {
      if (node.resolve(document) !== undefined) return;
      mistakes.push(at(stretchOf(node, placeOf([])), `Nothing is marked as &${node.source}.`));
    },
  });
  let value: Record<string, unknown> | null = null;
  if (mistakes.length === 0) {
    try {
      const said: unknown = document.toJS({ maxAliasCount: 100 }) ?? {};
      if (isMapping(said)) value = said;
      else mistakes.push(at(placeOf([]), "The config is a mapping: ops, resources."));
    } catch (error) {
      mistakes.push(at(placeOf([]), error instanceof Error ? error.message : String(error)));
    }
  }
  for (const [path, message] of value === null ? [] : unsendable(value, [])) {
    mistakes.push(at(placeOf(path), message));
  }
  return { text, value: mistakes.length > 0 ? null : value, mistakes, placeOf, lineOf, document };
}

/** Values that YAML has and that JSON would change on the way, with why. */
function* unsendable(value: unknown, path: Path): Generator<[Path, string]> {
  if (typeof value === "number") {
    if (!Number.isFinite(value)) yield [path, "JSON has no such number."];
    else if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
      yield [path, "A browser cannot send a whole number this large exactly."];
    }
  } else if (value !== null && typeof value === "object") {
    const isList = Array.isArray(value);
    for (const [key, child] of Object.entries(value)) {
      yield* unsendable(child, [...path, isList ? Number(key) : key]);
    }
  }
}

function placeIn(document: Document, path: Path, isKey: boolean, length: number): Stretch {
  let node = document.contents as Node | null;
  let found = stretchOf(node, { from: 0, to: length });
  for (const [index, step] of path.entries()) {
    if (isMap(node)) {
      const pair = node.items.find((each) => keyText(each.key) === String(step));
      if (pair === undefined) return found;
      const key = stretchOf(pair.key as Node, found);
      const isLast = index === path.length - 1;
      found = (isLast && isKey) || pair.value === null ? key : stretchOf(pair.value as Node, key);
      // A mapping is long: a mistake about all of it is shown at its key.
      if (isMap(pair.value) || isSeq(pair.value)) found = key;
      node = pair.value as Node | null;
    } else if (isSeq(node) && typeof step === "number") {
      node = (node.items[step] as Node | undefined) ?? null;
      found = stretchOf(node, found);
    } else return found;
  }
  return found;
}

function stretchOf(node: Node | null, otherwise: Stretch): Stretch {
  const range = node?.range;
  return range ? { from: range[0], to: Math.max(range[0], range[1]) } : otherwise;
}

export function keyText(key: unknown): string {
  return isScalar(key) ? String(key.value) : String(key);
}

/** The path of the key at an offset, for what is told of it; null: no key is there. */
export function keyAt(document: Document, offset: number): { path: Path; at: Stretch } | null {
  return keyIn(document.contents as Node | null, offset, []);
}

function keyIn(node: Node | null, offset: number, path: Path): { path: Path; at: Stretch } | null {
  if (isMap(node)) {
    for (const pair of node.items) {
      const here = [...path, keyText(pair.key)];
      const at = stretchOf(pair.key as Node, { from: -1, to: -1 });
      if (at.from <= offset && offset <= at.to) return { path: here, at };
      const inside = keyIn(pair.value as Node | null, offset, here);
      if (inside !== null) return inside;
    }
  } else if (isSeq(node)) {
    for (const [index, item] of node.items.entries()) {
      const inside = keyIn(item as Node, offset, [...path, index]);
      if (inside !== null) return inside;
    }
  }
  return null;
}
