/** Runs in a few words. Pure. */
import type { Run } from "@/api/queries";

/** What a run makes: its job, or its first asset and how many more. */
export function titleOf(run: Pick<Run, "job" | "assets" | "selection" | "asset_count">): string {
  if (run.job) return run.job;
  const [first, ...others] = run.assets.length > 0 ? run.assets : run.selection;
  if (first === undefined) return "Everything";
  const more = Math.max(others.length, run.asset_count - 1);
  return more > 0 ? `${first} and ${more.toLocaleString("en")} more` : first;
}

/** A run's id in short: its time to the millisecond, and its end for those of one millisecond. */
export const shortId = (id: string): string =>
  id.length > 18 ? `${id.slice(0, 13)}…${id.slice(-4)}` : id;
