import { describe, expect, it } from "vitest";
import { read, spanOf, timeOf } from "./search";

describe("the address of a run", () => {
  it("keeps what one looks at, and no more", () => {
    expect(
      read({ tab: "output", split: "99", event: "12", level: "ERROR", grouped: "true", x: "y" }),
    ).toMatchObject({ tab: "output", split: 85, event: 12, level: ["ERROR"], grouped: true });
    expect(read({ tab: "elsewhere", event: "twelve", time: "" })).toMatchObject({
      tab: undefined,
      event: undefined,
      time: undefined,
    });
  });

  it("tells a part of the time by its distance from the start", () => {
    expect(timeOf({ from: 1_001.5, to: 1_010 }, 1_000)).toBe("1.500_10.000");
    expect(spanOf("1.500_10.000", 1_000)).toEqual({ from: 1_001.5, to: 1_010 });
    expect(spanOf("-0.5_3", 1_000)).toEqual({ from: 999.5, to: 1_003 });
    expect(spanOf("10_1", 1_000)).toBeNull();
    expect(spanOf("x", 1_000)).toBeNull();
    expect(spanOf(undefined, 1_000)).toBeNull();
    expect(timeOf(null, 0)).toBeUndefined();
  });
});
