/** Where long texts are cut. Pure. */

const SHOWN_CHARS = 600;
const SHOWN_LINES = 10;

/** The beginning of a text that is too long to be shown at once; a text that is not, whole. */
export function cut(text: string): string {
  let end = Math.min(text.length, SHOWN_CHARS);
  for (let line = 0, at = -1; line < SHOWN_LINES; line++) {
    at = text.indexOf("\n", at + 1);
    if (at < 0 || at >= end) break;
    if (line === SHOWN_LINES - 1) end = at;
  }
  // A little more is not worth a button.
  if (text.length - end < 60) return text;
  // Never between the halves of a character.
  return /[\uD800-\uDBFF]/.test(text[end - 1] ?? "") ? text.slice(0, end - 1) : text.slice(0, end);
}
