import { describe, expect, it } from "vitest";
import type { Preferences } from "@/settings/preferences";
import { ago, duration, moment } from "./time";

const UTC: Preferences = { theme: "auto", timeZone: "UTC", hours: "24", editor: "" };

describe("durations", () => {
  it.each([
    [0, "0 ms"],
    [0.0234, "23 ms"],
    [0.9996, "1.0 s"],
    [4.21, "4.2 s"],
    [42, "42 s"],
    [59.96, "1 min"],
    [190, "3 min 10 s"],
    [7_500, "2 h 5 min"],
    [86_400 * 3 + 3_600 * 4 + 59, "3 d 4 h"],
    [-1, "0 ms"],
  ])("%d s is %s", (seconds, text) => {
    expect(duration(seconds)).toBe(text);
  });
});

describe("how long ago", () => {
  it.each([
    [2, "just now"],
    [75, "1 min ago"],
    [7_300, "2 h ago"],
    [-7_300, "in 2 h"],
    [200_000, "2 d ago"],
  ])("%d s before now is %s", (seconds, text) => {
    expect(ago(1_000_000 - seconds, 1_000_000)).toBe(text);
  });
});

describe("moments", () => {
  it("are told in the preferred zone and hours", () => {
    expect(moment(1_795_559_719.25, UTC, true)).toBe("2026-11-24 22:35:19.250");
    expect(moment(1_795_559_719.25, { ...UTC, timeZone: "Asia/Tokyo" })).toBe(
      "2026-11-25 07:35:19",
    );
    expect(moment(1_795_559_719.25, { ...UTC, hours: "12" })).toContain("10:35:19 p");
  });
});
