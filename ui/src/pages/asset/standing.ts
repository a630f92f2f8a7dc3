/** How an asset stands, in one word of `design/status.ts`. Pure. */

/** @param standing a row of state, time and run; nothing: it stands nowhere. */
export function stateOf(
  isExternal: boolean,
  standing: readonly (string | number | null)[] | null | undefined,
): string {
  if (standing) return String(standing[0]);
  return isExternal ? "external" : "never";
}
