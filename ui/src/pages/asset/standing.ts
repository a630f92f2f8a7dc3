/** How an asset stands, in one word of `design/status.ts`. Pure. */

type Row = readonly (string | number | null)[] | null | undefined;

/** How many checks of an asset last failed, as its standing tells. */
export function failedChecksOf(standing: Row): number {
  return Number(standing?.[3] ?? 0);
}

/** @param standing a row of state, time and run; nothing: it stands nowhere. */
export function stateOf(isExternal: boolean, standing: Row): string {
  if (standing) return String(standing[0]);
  return isExternal ? "external" : "never";
}
