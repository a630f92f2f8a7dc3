/**
 * The colour of each location, by which its island is recognised on every page.
 *
 * Hues go by the name, so that a location keeps its colour whatever else the workspace holds;
 * names whose hues would meet are pushed apart in alphabetical order.
 */
const SLOTS = 24;

function hash(text: string): number {
  let value = 2166136261;
  for (const char of text) value = Math.imul(value ^ (char.codePointAt(0) ?? 0), 16777619);
  return value >>> 0;
}

/** A hue in degrees for each name. */
export function hues(names: Iterable<string>): Map<string, number> {
  const taken = new Set<number>();
  const found = new Map<string, number>();
  for (const name of [...names].sort()) {
    let slot = hash(name) % SLOTS;
    // Past as many names as there are slots, colours repeat.
    for (let i = 0; taken.has(slot) && i < SLOTS; i++) slot = (slot + 7) % SLOTS;
    taken.add(slot);
    found.set(name, (slot * 360) / SLOTS);
  }
  return found;
}

/** The stroke of an island on the given background. */
export const strokeOf = (hue: number, isDark: boolean): string =>
  isDark ? `hsl(${hue} 55% 62%)` : `hsl(${hue} 60% 36%)`;

/** The fill of an island: a tint on which text stays readable. */
export const fillOf = (hue: number, isDark: boolean): string =>
  isDark ? `hsl(${hue} 32% 17%)` : `hsl(${hue} 62% 95%)`;
