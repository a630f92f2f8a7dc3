/** The catalog as rows: joined with how the assets stand, narrowed, sorted, grouped. Pure. */
import type { CatalogAsset, Standing } from "@/api/queries";
import type { Search, Sort } from "./search";

export interface AssetRow {
  asset: CatalogAsset;
  /** As `ASSET` of `design/status.ts` knows it. */
  status: string;
  /** When it was last made. */
  at: number | null;
  runId: string | null;
  /** How many of its checks last failed. */
  failedChecks: number;
  /** The key in lower case, to be searched in. */
  text: string;
}

/** What a row of the table is: an asset, or the head of a group of them. */
export type Line = AssetRow | { head: string; count: number };

/** What the catalog is narrowed by, beside text and selection. */
export const FACETS = ["status", "location", "group", "kind", "tag", "owner"] as const;
export type Facet = (typeof FACETS)[number];

export function rowsOf(
  assets: readonly CatalogAsset[],
  standings: ReadonlyMap<string, Standing> | undefined,
): AssetRow[] {
  // What is not known yet, or could not be asked for, must not look as if it were never made.
  const otherwise = standings === undefined ? "unknown" : "never";
  return assets.map((asset) => {
    const [state, at, runId, failedChecks] = standings?.get(asset.key) ?? [];
    return {
      asset,
      status: state ?? (asset.is_external ? "external" : otherwise),
      at: at ?? null,
      runId: runId ?? null,
      failedChecks: failedChecks ?? 0,
      text: asset.key.toLowerCase(),
    };
  });
}

/** An asset's values of a facet. */
export function valuesOf({ asset, status }: AssetRow, facet: Facet): readonly string[] {
  switch (facet) {
    case "status":
      return [status];
    case "location":
      return [asset.location];
    case "group":
      return [asset.group];
    case "kind":
      return asset.kinds;
    case "owner":
      return asset.owners;
    case "tag":
      return Object.entries(asset.tags).map(([name, value]) =>
        value === "" ? name : `${name}=${value}`,
      );
  }
}

/** The rows that the address asks for; `selected` are the keys of its selection, if it has one. */
export function narrowed(
  rows: readonly AssetRow[],
  search: Search,
  selected: ReadonlySet<string> | undefined,
  except?: Facet,
): AssetRow[] {
  const words = (search.q ?? "").toLowerCase().split(/\s+/).filter(Boolean);
  const wanted = FACETS.flatMap((facet) => {
    const values = search[facet];
    return values && facet !== except ? [[facet, new Set(values)] as const] : [];
  });
  return rows.filter(
    (row) =>
      words.every((word) => row.text.includes(word)) &&
      (selected === undefined || selected.has(row.asset.key)) &&
      wanted.every(([facet, values]) => valuesOf(row, facet).some((value) => values.has(value))),
  );
}

/** How many rows have each value of a facet: the most common first, but statuses and names by name. */
export function countsOf(rows: readonly AssetRow[], facet: Facet): [string, number][] {
  const counts = new Map<string, number>();
  for (const row of rows) {
    for (const value of valuesOf(row, facet)) counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  return [...counts].sort(([a, many], [b, more]) => more - many || (a < b ? -1 : 1));
}

/** What asks for a look comes first. */
const WORST_FIRST = [
  "failed",
  "checked",
  "running",
  "queued",
  "never",
  "unknown",
  "materialized",
  "external",
];

function compare(a: AssetRow, b: AssetRow, sort: Sort): number {
  switch (sort) {
    case "key":
      return 0;
    case "status":
      return WORST_FIRST.indexOf(a.status) - WORST_FIRST.indexOf(b.status);
    case "at":
      return (b.at ?? 0) - (a.at ?? 0);
    default:
      return text(a.asset[sort], b.asset[sort]);
  }
}

const text = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

export function sorted(rows: readonly AssetRow[], search: Search): AssetRow[] {
  const sort = search.sort ?? "key";
  const sign = search.order === "desc" ? -1 : 1;
  return [...rows].sort(
    (a, b) =>
      sign * (compare(a, b, sort) || (sort === "key" ? text(a.text, b.text) : 0)) ||
      text(a.text, b.text),
  );
}

/** The rows with the heads of their groups between them, where they are grouped. */
export function lines(rows: readonly AssetRow[], by: Search["by"]): Line[] {
  if (by === undefined) return [...rows];
  const groups = new Map<string, AssetRow[]>();
  for (const row of rows) {
    const head = row.asset[by];
    const group = groups.get(head);
    if (group) group.push(row);
    else groups.set(head, [row]);
  }
  return [...groups]
    .sort(([a], [b]) => text(a, b))
    .flatMap(([head, own]): Line[] => [{ head, count: own.length }, ...own]);
}

export const isRow = (line: Line): line is AssetRow => "asset" in line;
