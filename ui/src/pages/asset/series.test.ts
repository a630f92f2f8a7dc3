import { expect, it } from "vitest";
import type { AssetEvent } from "@/api/assets";
import { metadataOf, seriesOf } from "./series";

const event = (timestamp: number, metadata: unknown): AssetEvent => ({
  id: timestamp,
  kind: "ASSET_MATERIALIZATION",
  run_id: `run${timestamp}`,
  step: null,
  attempt: null,
  timestamp,
  message: "",
  data: { metadata },
});
const int = (value: unknown) => ({ type: "int", value });

it("makes a series of each name that was a number, in order of time", () => {
  const events = [
    event(2, { rows: int(20), note: { type: "text", value: "5" } }),
    event(1, { rows: int(10), size: { type: "float", value: 0.5 } }),
    event(3, { rows: { type: "float", value: "NaN" } }),
  ];
  expect(seriesOf(events)).toEqual([
    {
      name: "rows",
      points: [
        { at: 1, value: 10, runId: "run1" },
        { at: 2, value: 20, runId: "run2" },
      ],
    },
    { name: "size", points: [{ at: 1, value: 0.5, runId: "run1" }] },
  ]);
});

it.each([null, 5, [], "text"])("metadata that is none, %j, is empty", (metadata) => {
  expect(metadataOf(event(1, metadata))).toEqual({});
});
