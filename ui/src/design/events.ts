/** Every kind of event: its words, its tone and its mark. Pure. */
import type { MarkName } from "@/canvas/marks";
import type { Tone } from "./status";

export interface EventLook {
  word: string;
  tone: Tone;
  mark: MarkName;
}

const e = (word: string, tone: Tone, mark: MarkName): EventLook => ({ word, tone, mark });

const KINDS: Readonly<Record<string, EventLook>> = {
  RUN_ENQUEUED: e("Run queued", "quiet", "clock"),
  RUN_STARTING: e("Run planned", "quiet", "dot"),
  RUN_START: e("Run started", "busy", "arrow"),
  RUN_SUCCESS: e("Run succeeded", "good", "check"),
  RUN_FAILURE: e("Run failed", "bad", "cross"),
  RUN_CANCELING: e("Run canceling", "warn", "stop"),
  RUN_CANCELED: e("Run canceled", "warn", "stop"),
  STEP_WORKER_STARTING: e("Worker asked for", "quiet", "dot"),
  STEP_WORKER_STARTED: e("Worker started", "quiet", "dot"),
  STEP_WORKER_LOST: e("Worker lost", "bad", "unplug"),
  STEP_START: e("Step started", "busy", "arrow"),
  STEP_INPUT: e("Input", "quiet", "dot"),
  STEP_OUTPUT: e("Output", "quiet", "dot"),
  STEP_SUCCESS: e("Step succeeded", "good", "check"),
  STEP_FAILURE: e("Step failed", "bad", "cross"),
  STEP_UP_FOR_RETRY: e("Will retry", "warn", "again"),
  STEP_RESTARTED: e("Started again", "warn", "again"),
  STEP_SKIPPED: e("Step skipped", "quiet", "skip"),
  RESOURCE_INIT_STARTED: e("Resources", "quiet", "dot"),
  RESOURCE_INIT_SUCCESS: e("Resources ready", "quiet", "dot"),
  RESOURCE_INIT_FAILURE: e("Resource failed", "bad", "cross"),
  STEP_EXPECTATION_RESULT: e("Expectation", "quiet", "dot"),
  LOADED_INPUT: e("Input loaded", "quiet", "dot"),
  HANDLED_OUTPUT: e("Output stored", "quiet", "dot"),
  ASSET_MATERIALIZATION: e("Materialized", "good", "diamond"),
  ASSET_OBSERVATION: e("Observed", "good", "diamond"),
  ASSET_CHECK_EVALUATION: e("Check passed", "good", "check"),
  ASSET_WIPED: e("Wiped", "warn", "stop"),
  HOOK_COMPLETED: e("Hook called", "quiet", "dot"),
  HOOK_SKIPPED: e("Hook skipped", "quiet", "skip"),
  HOOK_ERRORED: e("Hook failed", "bad", "cross"),
  DYNAMIC_PARTITIONS_CHANGED: e("Partitions changed", "quiet", "dot"),
  LOGS_CAPTURED: e("Output captured", "quiet", "text"),
  ENGINE_EVENT: e("Engine", "quiet", "info"),
};

const LEVELS: Readonly<Record<string, EventLook>> = {
  CRITICAL: e("Critical", "bad", "cross"),
  ERROR: e("Error", "bad", "cross"),
  WARNING: e("Warning", "warn", "alert"),
  INFO: e("Info", "quiet", "text"),
  DEBUG: e("Debug", "quiet", "text"),
};

/** Kinds of events that a log is narrowed to, in the order of a run. */
export const EVENT_KINDS: readonly string[] = ["LOG", ...Object.keys(KINDS)];

/** What an event looks like; a line of the user's own log looks like its level. */
export function lookOf(event: {
  kind: string;
  data: Readonly<Record<string, unknown>>;
}): EventLook {
  if (event.kind === "LOG") {
    const level = String(event.data.level ?? "INFO").toUpperCase();
    return LEVELS[level] ?? e(level, "quiet", "text");
  }
  if (event.kind === "ASSET_CHECK_EVALUATION" && event.data.passed === false) {
    return event.data.severity === "WARN"
      ? e("Check warned", "warn", "alert")
      : e("Check failed", "bad", "cross");
  }
  return KINDS[event.kind] ?? e(event.kind, "quiet", "dot");
}

/** The words of a kind alone. */
export const wordOf = (kind: string): string =>
  kind === "LOG"
    ? "Log line"
    : kind === "ASSET_CHECK_EVALUATION"
      ? "Check evaluated"
      : (KINDS[kind]?.word ?? kind);
