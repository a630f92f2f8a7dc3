/** What the Gantt says of the step below the pointer. */
import { statusOf } from "@/design/status";
import { duration } from "@/design/time";
import { barsOf, type Step } from "./steps";

const PHASES = { waiting: "waited", starting: "started in", running: "ran" } as const;

/** Lines about a step: its name, its state, and each of its times. */
export function describe(
  step: Step,
  now: number,
  isRunOver: boolean,
  momentOf: (at: number) => string,
): HTMLElement[] {
  const several = step.attempts.length > 1;
  const lines = barsOf(step, now, isRunOver).map((bar) => {
    const which = several && bar.attempt !== null ? `attempt ${bar.attempt} ` : "";
    const far = bar.isOpen ? " so far" : "";
    return `${momentOf(bar.from)}  ${which}${PHASES[bar.phase]} ${duration(bar.to - bar.from)}${far}`;
  });
  const last = step.attempts.at(-1)?.ended_at ?? step.ended_at;
  if (last !== null) lines.push(`${momentOf(last)}  ended`);
  return [
    text("strong", step.key),
    text("div", `${statusOf("step", step.status).word} · ${step.location}`),
    ...lines.slice(-14).map((line) => text("div", line)),
  ];
}

function text(name: "strong" | "div", words: string): HTMLElement {
  const element = document.createElement(name);
  element.textContent = words;
  return element;
}
