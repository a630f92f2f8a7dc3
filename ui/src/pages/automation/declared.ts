/** Schedules and sensors as rows of one table. Pure. */
import type { Schedule, Sensor } from "@/api/automation";
import { cronText } from "@/design/cron";
import { duration } from "@/design/time";

export interface Declared {
  name: string;
  kind: string;
  isSchedule: boolean;
  /** In words. */
  when: string;
  /** As it is written. */
  title: string | undefined;
  timezone: string | null;
  jobs: readonly string[];
  assets: readonly string[];
  startsRunning: boolean;
  location: string;
  description: string | null;
  file: string | null;
  line: number | null;
}

/** All by name. */
export function declaredOf(
  schedules: readonly Schedule[],
  sensors: readonly Sensor[],
): readonly Declared[] {
  const rows = [...schedules.map(ofSchedule), ...sensors.map(ofSensor)];
  return rows.sort((one, other) => (one.name < other.name ? -1 : one.name > other.name ? 1 : 0));
}

function ofSchedule(schedule: Schedule): Declared {
  const { name, location, cron, assets, description, file, line } = schedule;
  return {
    name,
    kind: "schedule",
    isSchedule: true,
    when: cron.map(cronText).join("; "),
    title: cron.join("; "),
    timezone: schedule.timezone ?? "UTC",
    jobs: schedule.job === null ? [] : [schedule.job],
    assets,
    startsRunning: schedule.starts_running,
    location,
    description,
    file,
    line,
  };
}

function ofSensor(sensor: Sensor): Declared {
  const { name, location, kind, jobs, assets, description, file, line } = sensor;
  const watched = [...sensor.monitored_assets, ...sensor.monitored_jobs];
  const every = sensor.minimum_interval_s;
  const parts = [
    watched.length > 0 &&
      `watches ${watched.slice(0, 2).join(", ")}${watched.length > 2 ? " …" : ""}`,
    every !== null && `every ${duration(every)} at most`,
  ];
  return {
    name,
    kind: kind === "standard" ? "sensor" : `${kind.replaceAll("_", " ")} sensor`,
    isSchedule: false,
    when: parts.filter(Boolean).join(", "),
    title: watched.length > 2 ? watched.join(", ") : undefined,
    timezone: null,
    jobs,
    assets,
    startsRunning: sensor.starts_running,
    location,
    description,
    file,
    line,
  };
}
