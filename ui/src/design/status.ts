/**
 * Every status that a page shows: its word, its tone and its mark. Colour is never alone: a tag
 * shows mark and word, a canvas the mark where there is room.
 */
export type Tone = "good" | "bad" | "warn" | "busy" | "quiet";

export interface Status {
  word: string;
  tone: Tone;
  /** Name of the icon that `StatusTag` draws. */
  mark:
    | "check"
    | "cross"
    | "alert"
    | "spin"
    | "clock"
    | "stop"
    | "skip"
    | "dot"
    | "unplug"
    | "moon";
}

const s = (word: string, tone: Tone, mark: Status["mark"]): Status => ({ word, tone, mark });

export const RUN: Readonly<Record<string, Status>> = {
  QUEUED: s("Queued", "quiet", "clock"),
  STARTING: s("Starting", "busy", "spin"),
  STARTED: s("Running", "busy", "spin"),
  SUCCESS: s("Success", "good", "check"),
  FAILURE: s("Failed", "bad", "cross"),
  CANCELING: s("Canceling", "warn", "spin"),
  CANCELED: s("Canceled", "warn", "stop"),
};

export const STEP: Readonly<Record<string, Status>> = {
  WAITING: s("Waiting", "quiet", "dot"),
  READY: s("Ready", "quiet", "clock"),
  STARTING: s("Starting", "busy", "spin"),
  RUNNING: s("Running", "busy", "spin"),
  RETRYING: s("Retrying", "warn", "spin"),
  SUCCESS: s("Success", "good", "check"),
  FAILURE: s("Failed", "bad", "cross"),
  SKIPPED: s("Skipped", "quiet", "skip"),
  CANCELED: s("Canceled", "warn", "stop"),
  LOST: s("Worker lost", "bad", "unplug"),
  NONE: s("Not run yet", "quiet", "dot"),
};

export const LOCATION: Readonly<Record<string, Status>> = {
  building: s("Building", "busy", "spin"),
  loading: s("Loading", "busy", "spin"),
  loaded: s("Loaded", "good", "check"),
  degraded: s("Degraded", "warn", "alert"),
  failed: s("Failed", "bad", "cross"),
  unreachable: s("Unreachable", "bad", "unplug"),
  crash_loop: s("Crash-looping", "bad", "alert"),
  unloaded: s("Unloaded", "quiet", "moon"),
};

export const ASSET: Readonly<Record<string, Status>> = {
  materialized: s("Materialized", "good", "check"),
  failed: s("Failed", "bad", "cross"),
  running: s("Running", "busy", "spin"),
  queued: s("Queued", "quiet", "clock"),
  never: s("Never materialized", "quiet", "dot"),
  checked: s("Check failed", "bad", "alert"),
  unknown: s("Not known", "quiet", "clock"),
  external: s("External", "quiet", "dot"),
};

/** In the order in which they are told. */
export const PARTITION: Readonly<Record<string, Status>> = {
  materialized: s("Materialized", "good", "check"),
  failed: s("Failed", "bad", "cross"),
  in_progress: s("In progress", "busy", "spin"),
  missing: s("Missing", "quiet", "dot"),
};

/** How a check was last evaluated. */
export const CHECK: Readonly<Record<string, Status>> = {
  passed: s("Passed", "good", "check"),
  warned: s("Warned", "warn", "alert"),
  failed: s("Failed", "bad", "cross"),
  never: s("Not evaluated", "quiet", "dot"),
};

const KINDS = {
  run: RUN,
  step: STEP,
  location: LOCATION,
  asset: ASSET,
  partition: PARTITION,
  check: CHECK,
} as const;

export type StatusKind = keyof typeof KINDS;

/** The status by its word in the API; one that this release does not know is shown as it is. */
export function statusOf(kind: StatusKind, name: string): Status {
  return KINDS[kind][name] ?? s(name, "quiet", "dot");
}

/** Runs that have not ended. */
export const UNDER_WAY: readonly string[] = ["QUEUED", "STARTING", "STARTED", "CANCELING"];
