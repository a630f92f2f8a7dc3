/** Writing selections of assets; the server reads them. Pure. */

const PLAIN = /^[A-Za-z0-9_.@/-]+$/;
const WORDS = new Set(["not", "and", "or"]);

/** A name as selections write it: in quotes where it holds what means something there. */
export function quoted(name: string): string {
  const isPlain = PLAIN.test(name) && !WORDS.has(name.toLowerCase()) && !/^\d+$/.test(name);
  return isPlain ? name : `"${name.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
}

/** An asset with everything upstream, downstream, or both. */
export function around(key: string, up: boolean, down: boolean): string {
  return `${up ? "+" : ""}${quoted(key)}${down ? "+" : ""}`;
}
