import { describe, expect, it } from "vitest";
import { type Candidate, rank } from "./rank";

const asset = (name: string): Candidate => ({ name, kind: "asset" });
const names = (found: Candidate[]) => found.map(({ name }) => name);

describe("search", () => {
  it("finds the name itself, then beginnings, then beginnings of parts, then the rest", () => {
    const all = ["reorders", "shop/orders", "orders_daily", "orders"].map(asset);
    expect(names(rank(all, "orders", 9))).toEqual([
      "orders",
      "orders_daily",
      "shop/orders",
      "reorders",
    ]);
  });

  it("needs every word, in any order and case", () => {
    const all = ["sales/orders_daily", "sales/refunds", "orders"].map(asset);
    expect(names(rank(all, "DAILY sales", 9))).toEqual(["sales/orders_daily"]);
  });

  it("puts what there are few of before assets", () => {
    const all: Candidate[] = [asset("shop"), { name: "shop", kind: "location" }];
    expect(rank(all, "shop", 9)[0]?.kind).toBe("location");
  });

  it("finds nothing for nothing", () => {
    expect(rank([asset("orders")], "  ", 9)).toEqual([]);
  });
});
