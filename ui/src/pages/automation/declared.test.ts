import { expect, it } from "vitest";
import type { Schedule, Sensor } from "@/api/automation";
import { declaredOf } from "./declared";

const schedule = {
  name: "nightly",
  location: "shop",
  job: "load",
  assets: [],
  cron: ["0 2 * * *"],
  timezone: null,
  starts_running: true,
  description: null,
  file: null,
  line: null,
} as unknown as Schedule;
const sensor = {
  name: "arrivals",
  location: "shop",
  kind: "multi_asset",
  jobs: [],
  assets: ["a"],
  monitored_assets: ["x", "y", "z"],
  monitored_jobs: [],
  minimum_interval_s: 30,
  starts_running: false,
  description: null,
  file: null,
  line: null,
} as unknown as Sensor;

it("is one list by name, in words", () => {
  expect(declaredOf([schedule], [sensor])).toMatchObject([
    {
      name: "arrivals",
      kind: "multi asset sensor",
      when: "watches x, y …, every 30 s at most",
      title: "x, y, z",
      timezone: null,
      startsRunning: false,
    },
    {
      name: "nightly",
      kind: "schedule",
      when: "at 02:00",
      title: "0 2 * * *",
      timezone: "UTC",
      jobs: ["load"],
      startsRunning: true,
    },
  ]);
});
