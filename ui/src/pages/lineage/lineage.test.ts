import { describe, expect, it } from "vitest";
import { adjacency } from "@/canvas/graph/graph";
import { selectionsOf } from "../assets/selections";
import { collapsedIn, OPEN_UP_TO, toggled } from "./groups";
import { nextIndex, outline } from "./tree";

const node = (id: string, location: string, group: string) => ({ id, location, group, kinds: [] });
const NODES = [
  node("orders", "shop", "raw"),
  node("visits", "shop", "raw"),
  node("customers", "shop", "core"),
  node("revenue", "finance", "reports"),
];
const MANY = Array.from({ length: OPEN_UP_TO + 1 }, (_, i) => node(`a${i}`, "shop", `g${i % 3}`));

describe("groups", () => {
  it("are open where there are few assets, closed where there are many", () => {
    expect(collapsedIn(NODES, {}).size).toBe(0);
    expect(collapsedIn(MANY, {}).size).toBe(3);
    expect(collapsedIn(MANY, { groups: "open" }).size).toBe(0);
    expect(collapsedIn(NODES, { groups: "closed" }).size).toBe(3);
  });

  it("are toggled one by one, and back to where they were", () => {
    const once = toggled(MANY, {}, ["shop:g1"]);
    expect(once).toEqual({ groups: "closed", except: ["shop:g1"] });
    expect(collapsedIn(MANY, once)).toEqual(new Set(["shop:g0", "shop:g2"]));
    expect(toggled(MANY, once, ["shop:g1"]).except).toBeUndefined();
    expect(collapsedIn(NODES, toggled(NODES, {}, ["shop:raw"]))).toEqual(new Set(["shop:raw"]));
  });
});

describe("the outline", () => {
  const all = adjacency(NODES, [{ from: "orders", to: "customers" }]);
  const names = (closed: string[], open: string[]) =>
    outline(NODES, all, (id) => closed.includes(id), new Set(open)).map((item) => item.name);

  it("holds locations, groups and assets, and what an opened asset is joined with", () => {
    expect(names([], ["customers"])).toEqual([
      "finance",
      "reports",
      "revenue",
      "shop",
      "core",
      "customers",
      "orders",
      "raw",
      "orders",
      "visits",
    ]);
    expect(names(["shop:raw", "location finance"], [])).toEqual([
      "finance",
      "shop",
      "core",
      "customers",
      "raw",
    ]);
  });

  it("is walked by keys, to the left up to what holds a line", () => {
    const items = outline(NODES, all, () => false, new Set());
    const at = items.findIndex((item) => item.name === "visits");
    const up = nextIndex(items, at, "ArrowLeft") as number;
    expect(items[up]?.name).toBe("raw");
    expect(items[nextIndex(items, up, "ArrowLeft") as number]?.name).toBe("shop");
    expect(nextIndex(items, 0, "ArrowLeft")).toBe(0);
    expect(nextIndex(items, 3, "x")).toBeUndefined();
  });
});

describe("selections", () => {
  const ASSETS = [
    ...["a", "b", "c", "d"].map((key) => ({ key, location: "shop", group: "my group" })),
    { key: "not", location: "shop", group: "core" },
  ];

  it("name whole groups as such, and keys in quotes where they need them", () => {
    expect(selectionsOf(["a", "b", "c", "d", "not"], ASSETS)).toEqual([
      'code_location:shop and group:"my group"',
      '"not"',
    ]);
    expect(selectionsOf(["a", "b", "c"], ASSETS)).toEqual(["a", "b", "c"]);
  });

  it("take along what is upstream or downstream", () => {
    expect(selectionsOf(["a"], ASSETS, "upstream")).toEqual(["+a"]);
    expect(selectionsOf(["a", "b", "c", "d"], ASSETS, "downstream")).toEqual([
      '(code_location:shop and group:"my group")+',
    ]);
  });
});
