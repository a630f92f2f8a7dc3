/** What the rows of the timeline are, out of the runs in its window. Pure. */
import type { Run } from "@/api/queries";
import type { Bar } from "@/canvas/timeline/lanes";

export interface Row {
  key: string;
  title: string;
  /** What the row is of: leads to its runs. */
  kind: "job" | "group" | "location" | "assets";
  bars: Bar[];
  newest: number;
}

/** A row each for jobs and for groups of assets; runs over several groups are together. */
export function rowsByWhat(runs: readonly Run[], groupOf: (asset: string) => string | undefined) {
  return rows(runs, (run) => {
    if (run.job) return [{ key: `job:${run.job}`, title: run.job, kind: "job" as const }];
    const groups = new Set(run.assets.map(groupOf).filter((group) => group !== undefined));
    const [only] = groups;
    if (groups.size === 1 && only !== undefined) {
      return [{ key: `group:${only}`, title: only, kind: "group" as const }];
    }
    const title = groups.size > 1 ? "Several groups" : "Other assets";
    return [{ key: title, title, kind: "assets" as const }];
  });
}

/** A row for each location; a run is in the row of each that it has steps in. */
export function rowsByLocation(runs: readonly Run[]) {
  return rows(runs, (run) =>
    (run.locations.length > 0 ? run.locations : ["Not planned yet"]).map((name) => ({
      key: `location:${name}`,
      title: name,
      kind: run.locations.length > 0 ? ("location" as const) : ("assets" as const),
    })),
  );
}

/** Rows in the order of their newest run, the newest first; of equals by name. */
function rows(
  runs: readonly Run[],
  places: (run: Run) => Pick<Row, "key" | "title" | "kind">[],
): Row[] {
  const found = new Map<string, Row>();
  for (const run of runs) {
    const from = run.started_at ?? run.created_at;
    const bar = { id: run.run_id, from, to: run.ended_at, status: run.status };
    for (const place of places(run)) {
      const row = found.get(place.key) ?? { ...place, bars: [], newest: 0 };
      row.bars.push(bar);
      row.newest = Math.max(row.newest, run.created_at);
      found.set(place.key, row);
    }
  }
  return [...found.values()].sort((a, b) => b.newest - a.newest || a.title.localeCompare(b.title));
}
