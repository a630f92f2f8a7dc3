import { expect, it } from "vitest";
import type { Preferences } from "@/settings/preferences";
import { ticks } from "./ticks";

const UTC: Preferences = { theme: "auto", timeZone: "UTC", hours: "24", editor: "" };
const MIDNIGHT = 1_795_564_800; // 2026-11-25

it.each([
  [1, [MIDNIGHT - 1, MIDNIGHT], ["23:59:59\n11-24", "00:00:00\n11-25"]],
  [3600, [MIDNIGHT, MIDNIGHT + 3600], ["00:00\n11-25", "01:00"]],
  [86_400, [MIDNIGHT, MIDNIGHT + 86_400], ["11-25", "11-26"]],
])("ticks that are %d s apart are told as exactly", (apartS, at, told) => {
  expect(ticks(at, apartS, UTC)).toEqual(told);
});

it("follow the preferred hours and zone", () => {
  const preferred: Preferences = { ...UTC, hours: "12", timeZone: "Asia/Tokyo" };
  expect(ticks([MIDNIGHT], 3600, preferred)[0]).toMatch(/^09:00 a.*\n11-25$/);
});
