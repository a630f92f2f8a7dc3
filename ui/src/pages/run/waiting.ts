/** Why a step has not begun, in a few words. Pure. */

interface Step {
  key: string;
  location: string;
  needs: readonly string[];
  pool: string | null;
  status: string;
}

const NAMED = 3;

/** What a step waits for; null: it does not wait. */
export function waitsFor(step: Step, all: readonly Step[]): string | null {
  if (step.status === "READY") {
    const pool = step.pool === null ? "" : `, or in pool ${step.pool}`;
    return `waits for room in ${step.location}${pool}`;
  }
  if (step.status === "RETRYING") return "waits for its next attempt";
  if (step.status !== "WAITING") return null;
  const needed = new Set(step.needs);
  const missing = all
    .filter((each) => needed.has(each.key) && each.status !== "SUCCESS")
    .map((each) => each.key);
  if (missing.length === 0) return null;
  const more = missing.length - NAMED;
  return `waits for ${missing.slice(0, NAMED).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}
