import { describe, expect, it } from "vitest";
import type { Preferences } from "@/settings/preferences";
import { type Bar, pieces } from "./lanes";
import { ticks } from "./ticks";

const zone = (timeZone: string): Preferences => ({
  theme: "auto",
  timeZone,
  hours: "24",
  editor: "",
});
const at = (text: string) => Date.parse(text) / 1000;
const bar = (id: string, from: number, to: number | null, status = "SUCCESS"): Bar => ({
  id,
  from,
  to,
  status,
});

describe("marks of the time axis", () => {
  it("lie on whole hours of the preferred zone", () => {
    const found = ticks(at("2026-11-24T10:10Z"), at("2026-11-24T16:20Z"), 8, zone("Asia/Kolkata"));
    expect(found.map((tick) => tick.label)).toEqual([
      "16:00",
      "17:00",
      "18:00",
      "19:00",
      "20:00",
      "21:00",
    ]);
    expect(found[0]?.at).toBe(at("2026-11-24T10:30Z"));
  });

  it("name the day where one begins", () => {
    const found = ticks(at("2026-11-23T18:00Z"), at("2026-11-24T06:00Z"), 4, zone("UTC"));
    expect(found.map((tick) => [tick.label, tick.isDay])).toEqual([
      ["20:00", false],
      ["11-24", true],
      ["04:00", false],
    ]);
  });

  it("stay on whole hours where clocks are set back", () => {
    const found = ticks(at("2026-10-24T22:00Z"), at("2026-10-25T06:00Z"), 5, zone("Europe/Berlin"));
    for (const tick of found) expect(tick.at % 3600).toBe(0);
    expect(new Set(found.map((tick) => tick.at)).size).toBe(found.length);
  });

  it("are never more than there is room for", () => {
    for (const hours of [0.01, 1, 6, 24, 168, 720]) {
      expect(ticks(0, hours * 3600, 7, zone("UTC")).length).toBeLessThanOrEqual(8);
    }
  });
});

describe("pieces of a row", () => {
  const x = (seconds: number) => seconds;

  it("keep bars apart that are apart", () => {
    const found = pieces([bar("a", 0, 10), bar("b", 20, 30)], x, 100);
    expect(found.map((piece) => [piece.x, piece.width])).toEqual([
      [0, 10],
      [20, 10],
    ]);
  });

  it("join those that touch, under the gravest status", () => {
    const [only, ...rest] = pieces(
      [bar("a", 0, 10), bar("b", 5, 8, "FAILURE"), bar("c", 9, null, "STARTED")],
      x,
      40,
    );
    expect(rest).toEqual([]);
    expect(only?.status).toBe("FAILURE");
    expect(only?.width).toBe(40);
    expect(only?.bars.map((each) => each.id)).toEqual(["a", "b", "c"]);
  });

  it("are wide enough to be seen", () => {
    expect(pieces([bar("a", 5, 5)], x, 100)[0]?.width).toBe(3);
  });

  it("are no more than pixels, however many runs there were", () => {
    const many = Array.from({ length: 10_000 }, (_, i) => bar(String(i), i / 100, i / 100));
    expect(pieces(many, x, 100).length).toBeLessThanOrEqual(100);
  });
});
