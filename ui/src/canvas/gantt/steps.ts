/** The steps of a run as the Gantt knows them: what is drawn of each, and which rows there are. */

export interface Attempt {
  attempt: number;
  asked_at: number;
  began_at: number | null;
  ended_at: number | null;
  outcome: string | null;
}

export interface Step {
  key: string;
  location: string;
  needs: readonly string[];
  status: string;
  ready_at: number | null;
  ended_at: number | null;
  attempts: readonly Attempt[];
}

/** What a step does in a bar: waits for room or for a retry, has its worker started, or runs. */
export type Phase = "waiting" | "starting" | "running";

export interface Bar {
  phase: Phase;
  from: number;
  to: number;
  /** Which attempt; null before the first. */
  attempt: number | null;
  /** Of the attempt, on its last bar. */
  outcome: string | null;
  /** Whether it still grows. */
  isOpen: boolean;
}

const OVER: readonly string[] = ["SUCCESS", "FAILURE", "SKIPPED", "CANCELED"];

/** Whether nothing more will happen to the step. */
export const isOver = (step: Step): boolean => OVER.includes(step.status);

/**
 * The bars of a step, in time.
 *
 * @param now where bars end that still grow.
 * @param isRunOver whether nothing grows any more; what has no end is then not drawn.
 */
export function barsOf(step: Step, now: number, isRunOver: boolean): Bar[] {
  const bars: Bar[] = [];
  const grows = !isRunOver && !isOver(step);
  let since = step.ready_at;
  const add = (phase: Phase, from: number, to: number | null, of: Attempt | null) => {
    const isOpen = to === null && grows;
    const end = to ?? (grows ? Math.max(now, from) : (step.ended_at ?? from));
    const outcome = of !== null && phase === "running" ? of.outcome : null;
    if (end > from || phase === "running") {
      bars.push({ phase, from, to: end, attempt: of?.attempt ?? null, outcome, isOpen });
    }
  };
  for (const attempt of step.attempts) {
    if (since !== null && attempt.asked_at > since) {
      add("waiting", since, attempt.asked_at, null);
    }
    const { asked_at, began_at, ended_at } = attempt;
    add("starting", asked_at, began_at ?? ended_at, attempt);
    if (began_at !== null) add("running", began_at, ended_at, attempt);
    else if (ended_at !== null) add("running", ended_at, ended_at, attempt);
    since = ended_at;
  }
  // After its last attempt a step waits only where another one will come.
  const waits = step.attempts.length === 0 || step.status === "RETRYING";
  if (grows && waits && since !== null) add("waiting", since, null, null);
  return bars;
}

/** From when to when a run was at work, as far as it is known. */
export function extent(
  steps: Iterable<Step>,
  begun: number,
  ended: number | null,
  now: number,
): { from: number; to: number } {
  let from = begun;
  let to = ended ?? now;
  for (const step of steps) {
    from = Math.min(from, step.ready_at ?? from);
    for (const { asked_at, ended_at } of step.attempts) {
      to = Math.max(to, asked_at, ended_at ?? to);
    }
  }
  return { from, to: Math.max(to, from + 0.05) };
}

export type Row =
  | { kind: "location"; location: string; count: number }
  | { kind: "step"; step: Step };

/** The rows of steps, in their order, or below their locations. */
export function rowsOf(steps: readonly Step[], isByLocation: boolean): Row[] {
  const row = (step: Step): Row => ({ kind: "step", step });
  if (!isByLocation) return steps.map(row);
  const groups = new Map<string, Step[]>();
  for (const step of steps) {
    const group = groups.get(step.location);
    if (group) group.push(step);
    else groups.set(step.location, [step]);
  }
  return [...groups].flatMap(([location, group]): Row[] => [
    { kind: "location", location, count: group.length },
    ...group.map(row),
  ]);
}

/** First row in sight, and the one after the last. */
export function rowWindow(
  top: number,
  height: number,
  rowHeight: number,
  count: number,
): [number, number] {
  const first = Math.min(count, Math.max(0, Math.floor(top / rowHeight)));
  return [first, Math.min(count, Math.max(first, Math.ceil((top + height) / rowHeight)))];
}
