/**
 * A key as the path of its page. Pure.
 *
 * Browsers resolve the parts `.` and `..` of a path, however they are written, so that these get a
 * `~` before them; those that would be mistaken for such get another one.
 */
const DOTS = /^~*\.\.?$/;
const MARKED = /^~+\.\.?$/;

/** The key in the path below `/assets/`, as the router takes it. */
export function splatOf(key: string): string {
  return key
    .split("/")
    .map((part) => (DOTS.test(part) ? `~${part}` : part))
    .join("/");
}

/** The key of which a path tells. */
export function keyOf(splat: string): string {
  return splat
    .split("/")
    .map((part) => (MARKED.test(part) ? part.slice(1) : part))
    .join("/");
}

/** The whole address, for what is no link of the router. */
export function addressOf(key: string): string {
  return `/assets/${splatOf(key).split("/").map(encodeURIComponent).join("/")}`;
}
