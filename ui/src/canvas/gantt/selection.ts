/**
 * Which steps a filter chooses: words that their names hold, `*` for any text, and `+` for what
 * comes before or after, as in selections of assets: `load`, `+load`, `2+load+`, `raw*+1`. What
 * stands in quotes is a name, whatever it holds.
 */
import type { Step } from "./steps";

const TERM = /^(?:(\d*)(\+))?("[^"]+"|[^+"]+?)(?:(\+)(\d*))?$/;
const TERMS = /[\d+]*"[^"]*"[\d+]*|[^\s,]+/g;
/** What selections of assets have beyond this. */
const BEYOND = /[()]|^(?:and|or|not)$|^[a-z_]+:/i;

const termsOf = (filter: string): string[] => filter.match(TERMS) ?? [];

/** The first term that cannot be read as one, if there is one and no step is called so. */
export function mistakeIn(steps: readonly Step[], filter: string): string | null {
  const isNamed = (term: string) =>
    steps.some(({ key }) => key.toLowerCase().includes(term.toLowerCase()));
  const isWrong = (term: string) =>
    !TERM.test(term) || (!term.includes('"') && BEYOND.test(term) && !isNamed(term));
  return termsOf(filter).find(isWrong) ?? null;
}

/** Keys of the chosen steps; null: no filter. */
export function chosen(steps: readonly Step[], filter: string): Set<string> | null {
  const terms = termsOf(filter);
  if (terms.length === 0) return null;
  const found = new Set<string>();
  let after: Map<string, string[]> | undefined;
  const before = new Map(steps.map((step) => [step.key, step.needs]));
  for (const term of terms) {
    const parts = TERM.exec(term);
    const name = (parts?.[3] ?? term).replace(/^"(.*)"$/, "$1");
    const named = steps.map((step) => step.key).filter(matcher(name, before));
    for (const key of named) found.add(key);
    if (parts?.[2]) reach(named, before, layers(parts[1]), found);
    if (parts?.[4]) {
      after ??= inverted(steps);
      reach(named, after, layers(parts[5]), found);
    }
  }
  return found;
}

function layers(text: string | undefined): number {
  return text ? Number(text) : Number.POSITIVE_INFINITY;
}

/** A name in full chooses that step alone; else all whose names hold it. */
function matcher(name: string, known: ReadonlyMap<string, unknown>): (key: string) => boolean {
  if (known.has(name)) return (key) => key === name;
  const lower = name.toLowerCase();
  if (!lower.includes("*")) return (key) => key.toLowerCase().includes(lower);
  const parts = lower.split("*").map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  const pattern = new RegExp(`^${parts.join(".*")}$`, "s");
  return (key) => pattern.test(key.toLowerCase());
}

/** The steps that need each step. */
export function inverted(steps: readonly Step[]): Map<string, string[]> {
  const after = new Map<string, string[]>();
  for (const step of steps) {
    for (const need of step.needs) {
      const known = after.get(need);
      if (known) known.push(step.key);
      else after.set(need, [step.key]);
    }
  }
  return after;
}

function reach(
  from: readonly string[],
  edges: ReadonlyMap<string, readonly string[]>,
  most: number,
  found: Set<string>,
): void {
  const seen = new Set(from);
  let layer = from;
  for (let depth = 0; depth < most && layer.length > 0; depth++) {
    const next: string[] = [];
    for (const key of layer) {
      for (const other of edges.get(key) ?? []) {
        if (seen.has(other)) continue;
        seen.add(other);
        found.add(other);
        next.push(other);
      }
    }
    layer = next;
  }
}

/** The steps that a step needs, and those that need it. */
export function linksOf(
  steps: readonly Step[],
  key: string | null,
): { before: readonly Step[]; after: readonly Step[] } {
  if (key === null) return { before: [], after: [] };
  const byKey = new Map(steps.map((step) => [step.key, step]));
  const known = (keys: readonly string[] | undefined) =>
    (keys ?? []).map((each) => byKey.get(each)).filter((step) => step !== undefined);
  return { before: known(byKey.get(key)?.needs), after: known(inverted(steps).get(key)) };
}
