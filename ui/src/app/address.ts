/**
 * The query of the address, where all view state lives: plain `name=value`, repeated for lists,
 * so that people can read, shorten and write it by hand.
 */
export type RawSearch = Record<string, string | string[]>;

export function parseSearch(text: string): RawSearch {
  const found: RawSearch = {};
  for (const [name, value] of new URLSearchParams(text)) {
    const known = found[name];
    found[name] =
      known === undefined ? value : Array.isArray(known) ? [...known, value] : [known, value];
  }
  return found;
}

export function stringifySearch(search: Record<string, unknown>): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(search)) {
    if (value === undefined || value === null || value === "" || value === false) continue;
    for (const each of Array.isArray(value) ? value : [value]) params.append(name, String(each));
  }
  const text = params.toString();
  return text === "" ? "" : `?${text}`;
}

/** One value, or undefined. */
export function text(raw: unknown): string | undefined {
  const value = Array.isArray(raw) ? raw[0] : raw;
  return value === undefined || value === null || value === "" ? undefined : String(value);
}

/** Any number of values; undefined where there is none. */
export function list(raw: unknown): string[] | undefined {
  if (raw === undefined || raw === null || raw === "") return undefined;
  return (Array.isArray(raw) ? raw : [raw]).map(String);
}

/** A whole number, or undefined. */
export function whole(raw: unknown): number | undefined {
  const value = Number(text(raw));
  return Number.isInteger(value) && text(raw) !== undefined ? value : undefined;
}

/** Whether it says `true` or `1`. */
export function flag(raw: unknown): true | undefined {
  return ["true", "1"].includes(text(raw) ?? "") || undefined;
}

/** One of a few words, or undefined. */
export function among<Word extends string>(raw: unknown, words: readonly Word[]): Word | undefined {
  const value = text(raw);
  return words.find((word) => word === value);
}
