/** What a search finds first. Pure, and linear in what there is: it runs at each key. */

export interface Candidate {
  /** What is matched and shown. */
  name: string;
  kind: "page" | "asset" | "group" | "job" | "location" | "run";
}

/** Kinds of which there are few come before assets of the same rank. */
const KINDS: readonly Candidate["kind"][] = ["page", "location", "job", "group", "asset", "run"];

/**
 * The best matches, the best first.
 *
 * Every word of the wish must occur. A name that is the wish, begins with it, or has a part that
 * begins with it comes before one that only holds it; short names come before long ones.
 */
export function rank<C extends Candidate>(all: Iterable<C>, wish: string, most: number): C[] {
  const words = wish.toLowerCase().split(/\s+/).filter(Boolean);
  const [first] = words;
  if (first === undefined) return [];
  const found: { candidate: C; score: number }[] = [];
  for (const candidate of all) {
    const name = candidate.name.toLowerCase();
    if (!words.every((word) => name.includes(word))) continue;
    found.push({ candidate, score: score(name, words) * 10 + KINDS.indexOf(candidate.kind) });
  }
  found.sort(
    (a, b) =>
      a.score - b.score ||
      a.candidate.name.length - b.candidate.name.length ||
      a.candidate.name.localeCompare(b.candidate.name),
  );
  return found.slice(0, most).map(({ candidate }) => candidate);
}

function score(name: string, words: readonly string[]): number {
  const whole = words.join(" ");
  if (name === whole) return 0;
  if (name.startsWith(whole)) return 1;
  const beginsPart = (word: string) => {
    for (let at = name.indexOf(word); at >= 0; at = name.indexOf(word, at + 1)) {
      if (at === 0 || !/[a-z0-9]/.test(name.charAt(at - 1))) return true;
    }
    return false;
  };
  return words.every(beginsPart) ? 2 : 3;
}
