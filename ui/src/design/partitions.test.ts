import { describe, expect, it } from "vitest";
import type { PartitionSpan } from "@/api/partitions";
import { along, boundsOf, countsText, partitionText, piecesOf, pressed } from "./partitions";

const span = (status: string, start: number, stop: number): PartitionSpan => [
  status,
  start,
  stop,
  `k${start}`,
  `k${stop - 1}`,
];
const drawn = (spans: PartitionSpan[], total: number, most: number) =>
  piecesOf(spans, total, most).map(({ status, start, stop }) => [status, start, stop]);

describe("the partition of a run", () => {
  it.each([
    ["2024-01-01", ["2024-01-01"]],
    ["2024-01-01...2024-01-31", ["2024-01-01", "2024-01-31"]],
    ["...", ["..."]],
    ["a...", ["a..."]],
  ])("%s is %j", (text, bounds) => {
    expect(boundsOf(text)).toEqual(bounds);
  });

  it("is shown with an arrow where it is a range", () => {
    expect([partitionText("a"), partitionText("a...b")]).toEqual(["a", "a → b"]);
  });
});

describe("the pieces of a bar", () => {
  it("are the spans where those are wide enough", () => {
    const spans = [span("materialized", 0, 40), span("failed", 40, 60), span("missing", 60, 100)];
    expect(drawn(spans, 100, 10)).toEqual([
      ["materialized", 0, 40],
      ["failed", 40, 60],
      ["missing", 60, 100],
    ]);
  });

  it("let one failed of 100,000 be seen, wherever it is", () => {
    const total = 100_000;
    const [least, most] = [100, 1_000];
    for (const at of [0, 5, 50_000, 99_950, 99_999]) {
      const spans = [
        span("materialized", 0, at),
        span("failed", at, at + 1),
        span("materialized", at + 1, total),
      ].filter(([, start, stop]) => stop > start);
      const pieces = drawn(spans, total, most);
      const failed = pieces.filter(([status]) => status === "failed");
      expect(failed).toHaveLength(1);
      const [[, start, stop] = []] = failed as [string, number, number][];
      expect(Number(stop) - Number(start)).toBeGreaterThanOrEqual(least - 0.001);
      expect(pieces.at(0)?.[1]).toBe(0);
      expect(pieces.at(-1)?.[2]).toBe(total);
    }
  });

  it("are few however the partitions take turns", () => {
    const spans = Array.from({ length: 2_000 }, (_, at) =>
      span(at % 2 ? "failed" : "materialized", at * 50, at * 50 + 50),
    );
    const pieces = piecesOf(spans, 100_000, 400);
    expect(pieces.length).toBeLessThanOrEqual(400);
    expect(new Set(pieces.map((piece) => piece.status))).toEqual(new Set(["failed"]));
  });

  it("know the keys at their ends", () => {
    const [piece] = piecesOf([span("missing", 0, 3), span("missing", 3, 9)], 9, 3);
    expect(piece).toMatchObject({ first: "k0", last: "k8" });
  });

  it("are none of nothing", () => {
    expect(piecesOf([], 0, 400)).toEqual([]);
  });
});

describe("one dimension of two", () => {
  // Three rows of four: the second row's last and the third row's first have failed.
  const spans = [span("materialized", 0, 7), span("failed", 7, 9), span("missing", 9, 12)];

  it("tells the worst of each row, or of each column", () => {
    expect(along(spans, 3, 4, 0)).toEqual(["materialized", "failed", "failed"]);
    expect(along(spans, 3, 4, 1)).toEqual(["failed", "missing", "missing", "failed"]);
  });
});

describe("choosing partitions", () => {
  it.each([
    [null, 5, [5, 5]],
    [[5, 5], 5, null],
    [[5, 5], 9, [5, 9]],
    [[5, 9], 2, [2, 9]],
    [[2, 9], 4, [4, 4]],
  ] as const)("%j and %i make %j", (range, position, next) => {
    expect(pressed(range, position, false)).toEqual(next);
  });

  it("keeps one only where ranges are not offered", () => {
    expect(pressed([5, 5], 9, true)).toEqual([9, 9]);
  });
});

it("counts in words", () => {
  expect(countsText({ missing: 1000, failed: 2, materialized: 0 })).toBe("2 failed, 1,000 missing");
  expect(countsText({})).toBe("0 partitions");
});
