import { describe, expect, it } from "vitest";
import { elapsed, panned, TimeScale, ticks, zoomed } from "./scale";
import { chosen, mistakeIn } from "./selection";
import { type Attempt, barsOf, extent, rowsOf, rowWindow, type Step } from "./steps";

const attempt = (change: Partial<Attempt> = {}): Attempt => ({
  attempt: 1,
  asked_at: 12,
  began_at: 13,
  ended_at: 20,
  outcome: "SUCCESS",
  ...change,
});
const step = (key: string, change: Partial<Step> = {}): Step => ({
  key,
  location: "shop",
  needs: [],
  status: "SUCCESS",
  ready_at: 10,
  ended_at: 20,
  attempts: [attempt()],
  ...change,
});

describe("the scale", () => {
  it("has a round tick at least so many pixels apart, counted from the start", () => {
    const found = ticks(new TimeScale({ from: 1_000, to: 1_100 }, 1_000), 1_000.5, 88);
    expect(found.map((tick) => tick.label).slice(0, 3)).toEqual(["0 s", "10 s", "20 s"]);
    expect(found[0]?.at).toBe(1_000.5);
    expect(found).toHaveLength(10);
  });

  it("has ticks for milliseconds and for months", () => {
    const labels = (seconds: number) =>
      ticks(new TimeScale({ from: 0, to: seconds }, 1_000), 0, 88).map((tick) => tick.label);
    expect(labels(0.01)[1]).toBe("1 ms");
    expect(labels(86_400 * 3_000).length).toBeLessThan(12);
  });

  it("stays exact over many ticks", () => {
    const found = ticks(new TimeScale({ from: 0, to: 100 }, 100_000), 0, 88);
    expect(found.at(-1)?.label).toBe("1 min 40 s");
  });

  it.each([
    [0.25, "250 ms"],
    [1.5, "1.5 s"],
    [90, "1 min 30 s"],
    [-5, "−5 s"],
    [86_400 * 2 + 3_600 * 6, "2 d 6 h"],
  ])("%d s are %s", (seconds, text) => {
    expect(elapsed(seconds)).toBe(text);
  });

  it("keeps the moment below the pointer when it zooms, and stays within the run", () => {
    const whole = { from: 0, to: 100 };
    const near = zoomed(whole, 25, 2, whole);
    expect(near).toEqual({ from: 12.5, to: 62.5 });
    expect(new TimeScale(near, 100).x(25)).toBe(new TimeScale(whole, 100).x(25));
    expect(zoomed(near, 25, 0.1, whole)).toEqual(whole);
    expect(panned(near, -50, whole)).toEqual({ from: 0, to: 50 });
  });
});

describe("the bars of a step", () => {
  it("are waiting, starting and running", () => {
    expect(barsOf(step("a"), 99, true).map((b) => [b.phase, b.from, b.to])).toEqual([
      ["waiting", 10, 12],
      ["starting", 12, 13],
      ["running", 13, 20],
    ]);
  });

  it("are several where it was tried again, with the pause between", () => {
    const attempts = [
      attempt({ outcome: "UP_FOR_RETRY" }),
      attempt({ attempt: 2, asked_at: 25, began_at: 26, ended_at: null, outcome: null }),
    ];
    const bars = barsOf(step("a", { status: "RUNNING", ended_at: null, attempts }), 30, false);
    expect(bars.map((b) => [b.phase, b.from, b.to, b.outcome, b.isOpen])).toEqual([
      ["waiting", 10, 12, null, false],
      ["starting", 12, 13, null, false],
      ["running", 13, 20, "UP_FOR_RETRY", false],
      ["waiting", 20, 25, null, false],
      ["starting", 25, 26, null, false],
      ["running", 26, 30, null, true],
    ]);
  });

  it("grow only while the run does", () => {
    const running = step("a", {
      status: "RUNNING",
      ended_at: null,
      attempts: [attempt({ ended_at: null, outcome: null })],
    });
    expect(barsOf(running, 50, false).at(-1)).toMatchObject({ to: 50, isOpen: true });
    expect(barsOf(running, 50, true).at(-1)).toMatchObject({ isOpen: false });
    const ready = step("b", { status: "READY", ended_at: null, attempts: [] });
    expect(barsOf(ready, 50, false)).toMatchObject([{ phase: "waiting", from: 10, to: 50 }]);
    expect(barsOf(ready, 50, true)).toEqual([]);
  });

  it("tell of a worker that was lost before user code began", () => {
    const lost = attempt({ began_at: null, ended_at: 14, outcome: "LOST" });
    const bars = barsOf(step("a", { status: "FAILURE", attempts: [lost] }), 99, true);
    expect(bars.at(-1)).toMatchObject({ phase: "running", from: 14, to: 14, outcome: "LOST" });
  });

  it("lie within the run's extent, which is never empty", () => {
    expect(extent([step("a")], 11, 15, 99)).toEqual({ from: 10, to: 20 });
    const { from, to } = extent([], 11, 11, 99);
    expect(to).toBeGreaterThan(from);
  });
});

describe("rows", () => {
  it("stand below their locations on demand", () => {
    const steps = [step("a"), step("b", { location: "lake" }), step("c")];
    const names = rowsOf(steps, true).map((row) =>
      row.kind === "step" ? row.step.key : `${row.location} ${row.count}`,
    );
    expect(names).toEqual(["shop 2", "a", "c", "lake 1", "b"]);
    expect(rowsOf(steps, false)).toHaveLength(3);
  });

  it.each([
    [0, 100, 5_000, [0, 4]],
    [26, 26, 5_000, [1, 2]],
    [129_990, 100, 5_000, [4_999, 5_000]],
    [500_000, 100, 3, [3, 3]],
    [0, 100, 0, [0, 0]],
  ])("from %d px, %d px high, of %d rows", (top, height, count, expected) => {
    expect(rowWindow(top, height, 26, count)).toEqual(expected);
  });
});

describe("the filter", () => {
  const steps = [
    step("raw/orders"),
    step("raw/users"),
    step("joined", { needs: ["raw/orders", "raw/users"] }),
    step("report", { needs: ["joined"] }),
    step("report_pdf", { needs: ["report"] }),
  ];
  it.each([
    ["", null],
    ["RAW", ["raw/orders", "raw/users"]],
    ["report", ["report"]],
    ["rep", ["report", "report_pdf"]],
    ["*users", ["raw/users"]],
    ["+joined", ["joined", "raw/orders", "raw/users"]],
    ["1+report", ["joined", "report"]],
    ["joined+", ["joined", "report", "report_pdf"]],
    ["raw/users+1, report_pdf", ["joined", "raw/users", "report_pdf"]],
    ["nothing", []],
  ])("%s", (filter, expected) => {
    const found = chosen(steps, filter);
    expect(found && [...found].sort()).toEqual(expected);
  });

  it("takes what is in quotes as a name", () => {
    const named = [step("load (new)"), step("load"), step("a, b")];
    expect([...(chosen(named, '"load (new)", "a, b"') ?? [])]).toEqual(["load (new)", "a, b"]);
    expect(mistakeIn(named, '"(x) and"')).toBeNull();
  });

  it.each([
    ["raw*+1, +users", null],
    ["raw+users", "raw+users"],
    ['"raw', '"raw'],
    ["group:sales", "group:sales"],
    ["raw and users", "and"],
  ])("says of %s what cannot be read", (filter, mistake) => {
    expect(mistakeIn(steps, filter)).toBe(mistake);
  });
});
