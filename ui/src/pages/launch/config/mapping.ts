/** Config as values: mappings in mappings. Pure. */

export type Path = readonly (string | number)[];

export function isMapping(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}

/** One config under another, as the server joins them: mappings are joined, all else replaced. */
export function merge(
  below: Readonly<Record<string, unknown>>,
  above: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const joined: Record<string, unknown> = { ...below };
  for (const [name, value] of Object.entries(above)) {
    const under = Object.hasOwn(below, name) ? below[name] : undefined;
    joined[name] = isMapping(under) && isMapping(value) ? merge(under, value) : value;
  }
  return joined;
}
