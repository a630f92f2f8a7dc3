import { describe, expect, it } from "vitest";
import { waitsFor } from "./waiting";

const step = (key: string, status: string, needs: string[] = [], pool: string | null = null) => ({
  key,
  status,
  needs,
  pool,
  location: "shop",
});

describe("what a step waits for", () => {
  it("is what it needs and is not there yet", () => {
    const all = [step("a", "SUCCESS"), step("b", "RUNNING"), step("c", "WAITING", ["a", "b"])];
    expect(waitsFor(all[2] as (typeof all)[0], all)).toBe("waits for b");
    const many = ["d", "e", "f", "g"].map((key) => step(key, "READY"));
    const last = step("z", "WAITING", ["d", "e", "f", "g"]);
    expect(waitsFor(last, many)).toBe("waits for d, e, f and 1 more");
  });

  it("is room, where it has all that it needs", () => {
    expect(waitsFor(step("a", "READY"), [])).toBe("waits for room in shop");
    expect(waitsFor(step("a", "READY", [], "db"), [])).toBe(
      "waits for room in shop, or in pool db",
    );
  });

  it("is nothing, once it has begun", () => {
    expect(waitsFor(step("a", "RUNNING"), [])).toBeNull();
  });
});
