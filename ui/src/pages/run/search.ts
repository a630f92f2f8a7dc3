/** What the address of this page says beside its path: all that one has chosen to look at. */
import { among, flag, list, text, whole } from "@/app/address";

export const TABS = ["log", "output", "config"] as const;
/** What is shown at once where the window is narrow. */
export const PANES = ["summary", "steps", ...TABS] as const;
export type Pane = (typeof PANES)[number];
export const LEVELS = ["ERROR", "WARNING", "INFO", "DEBUG"] as const;

export interface Search {
  /** Below the steps; in a narrow window one of all. */
  tab?: Pane;
  /** Of the two halves only this one. */
  only?: "steps" | "events";
  /** The share of the upper half in percent. */
  split?: number;
  /** The steps as a table. */
  table?: true;
  /** The steps below their locations. */
  grouped?: true;
  /** Which steps: `load`, `+load`, `raw*`. */
  steps?: string;
  /** Steps with these statuses. */
  state?: string[];
  /** Without steps that have not started. */
  begun?: true;
  /** What is looked at of the time, as `FROM_TO` in seconds since the start. */
  time?: string;
  /** The step that is looked at. */
  step?: string;
  attempt?: number;
  stream?: "stdout" | "stderr";
  level?: string[];
  kind?: string[];
  /** What messages of the log hold. */
  search?: string;
  /** The event that is open in the log. */
  event?: number;
}

export function read(raw: Record<string, unknown>): Search {
  const split = whole(raw.split);
  return {
    tab: among(raw.tab, PANES),
    only: among(raw.only, ["steps", "events"] as const),
    split: split === undefined ? undefined : Math.min(85, Math.max(15, split)),
    table: flag(raw.table),
    grouped: flag(raw.grouped),
    steps: text(raw.steps),
    state: list(raw.state),
    begun: flag(raw.begun),
    time: text(raw.time),
    step: text(raw.step),
    attempt: whole(raw.attempt),
    stream: among(raw.stream, ["stdout", "stderr"] as const),
    level: list(raw.level),
    kind: list(raw.kind),
    search: text(raw.search),
    event: whole(raw.event),
  };
}

/** The span of time of an address, in seconds since the epoch; null: all. */
export function spanOf(
  time: string | undefined,
  begun: number,
): { from: number; to: number } | null {
  const [from, to] = (time ?? "").split("_").map(Number);
  if (from === undefined || to === undefined || !(to > from)) return null;
  return { from: begun + from, to: begun + to };
}

/** The same as text. */
export function timeOf(
  span: { from: number; to: number } | null,
  begun: number,
): string | undefined {
  if (span === null) return undefined;
  return `${(span.from - begun).toFixed(3)}_${(span.to - begun).toFixed(3)}`;
}
