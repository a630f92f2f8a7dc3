import { describe, expect, it } from "vitest";
import type { CatalogAsset, Standing } from "@/api/queries";
import { countsOf, lines, narrowed, rowsOf, sorted } from "./rows";

const asset = (key: string, more: Partial<CatalogAsset> = {}): CatalogAsset => ({
  key,
  location: "shop",
  group: "default",
  deps: [],
  kinds: [],
  owners: [],
  tags: {},
  is_external: false,
  ...more,
});

const ROWS = rowsOf(
  [
    asset("raw/orders", {
      group: "raw",
      kinds: ["table", "duckdb"],
      tags: { tier: "gold", pii: "" },
    }),
    asset("raw/visits", { group: "raw", is_external: true }),
    asset("report", { location: "finance", owners: ["team:money"] }),
    asset("Daily", { location: "finance", kinds: ["table"] }),
  ],
  new Map<string, Standing>([
    ["raw/orders", ["materialized", 50, "r1", 0]],
    ["report", ["failed", 90, "r2", 2]],
  ]),
);
const keys = (rows: { asset: CatalogAsset }[]) => rows.map((row) => row.asset.key);

describe("rows of the catalog", () => {
  it("tell how assets stand that nobody has made", () => {
    expect(ROWS.map((row) => row.status)).toEqual(["materialized", "external", "failed", "never"]);
  });

  it("are narrowed by all words, by any value of a facet, by all facets", () => {
    expect(keys(narrowed(ROWS, { q: "RAW ord" }, undefined))).toEqual(["raw/orders"]);
    expect(keys(narrowed(ROWS, { status: ["failed", "never"] }, undefined))).toEqual([
      "report",
      "Daily",
    ]);
    expect(keys(narrowed(ROWS, { kind: ["table"], location: ["finance"] }, undefined))).toEqual([
      "Daily",
    ]);
    expect(keys(narrowed(ROWS, { tag: ["tier=gold"] }, undefined))).toEqual(["raw/orders"]);
    expect(keys(narrowed(ROWS, { tag: ["pii"] }, undefined))).toEqual(["raw/orders"]);
    expect(keys(narrowed(ROWS, {}, new Set(["report"])))).toEqual(["report"]);
  });

  it("count what a facet could be changed to", () => {
    const search = { status: ["failed"] };
    expect(countsOf(narrowed(ROWS, search, undefined, "status"), "status")).toHaveLength(4);
    expect(countsOf(ROWS, "kind")).toEqual([
      ["table", 2],
      ["duckdb", 1],
    ]);
  });

  it("are sorted, by key where all else is the same", () => {
    expect(keys(sorted(ROWS, {}))).toEqual(["Daily", "raw/orders", "raw/visits", "report"]);
    expect(keys(sorted(ROWS, { order: "desc" }))[0]).toBe("report");
    expect(keys(sorted(ROWS, { sort: "status" }))[0]).toBe("report");
    expect(keys(sorted(ROWS, { sort: "at" }))).toEqual([
      "report",
      "raw/orders",
      "Daily",
      "raw/visits",
    ]);
    expect(keys(sorted(ROWS, { sort: "group", order: "desc" }))[0]).toBe("raw/orders");
  });

  it("have a head before each group", () => {
    const found = lines(sorted(ROWS, {}), "location");
    expect(found[0]).toEqual({ head: "finance", count: 2 });
    expect(found).toHaveLength(6);
  });
});
