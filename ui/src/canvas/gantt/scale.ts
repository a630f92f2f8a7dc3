/** Time along a width: which moment lies at which pixel, and where ticks go. Pure. */

/** From a moment to a later one, in seconds since the epoch. */
export interface Span {
  from: number;
  to: number;
}

/** The shortest span that can be looked at. */
export const LEAST_S = 0.002;

const DAY = 86_400;
const TICKS_S = [
  0.001,
  0.002,
  0.005,
  0.01,
  0.02,
  0.05,
  0.1,
  0.2,
  0.5,
  1,
  2,
  5,
  10,
  15,
  30,
  60,
  120,
  300,
  600,
  900,
  1_800,
  3_600,
  7_200,
  10_800,
  21_600,
  43_200,
  DAY,
  2 * DAY,
  7 * DAY,
  14 * DAY,
  28 * DAY,
];

export class TimeScale {
  constructor(
    readonly span: Span,
    readonly width: number,
  ) {}

  /** Where a moment lies, in pixels; may be outside. */
  x(at: number): number {
    return ((at - this.span.from) / (this.span.to - this.span.from)) * this.width;
  }

  /** The moment at a pixel. */
  at(x: number): number {
    return this.span.from + (x / this.width) * (this.span.to - this.span.from);
  }

  get secondsPerPixel(): number {
    return (this.span.to - this.span.from) / Math.max(1, this.width);
  }
}

/** The span seen closer (`factor` above 1) or from further off; the moment `at` stays in place. */
export function zoomed(span: Span, at: number, factor: number, whole: Span): Span {
  const length = Math.max(LEAST_S, (span.to - span.from) / factor);
  const share = (at - span.from) / (span.to - span.from);
  return within({ from: at - share * length, to: at + (1 - share) * length }, whole);
}

/** The span moved by some seconds. */
export function panned(span: Span, by: number, whole: Span): Span {
  return within({ from: span.from + by, to: span.to + by }, whole);
}

/** The span moved, and cut where it must be, so that it lies in the whole. */
export function within(span: Span, whole: Span): Span {
  const length = Math.min(span.to - span.from, whole.to - whole.from);
  const from = Math.min(Math.max(span.from, whole.from), whole.to - length);
  return { from, to: from + length };
}

/** Whether two spans are one, or both are none. */
export function isSame(one: Span | null, other: Span | null): boolean {
  return one?.from === other?.from && one?.to === other?.to;
}

export interface Tick {
  at: number;
  /** How long after the start: `0 s`, `250 ms`, `1 min 30 s`. */
  label: string;
}

/** Round distances from `start` that lie in the span, at least `leastPx` apart. */
export function ticks(scale: TimeScale, start: number, leastPx = 88): Tick[] {
  const least = scale.secondsPerPixel * leastPx;
  const step = TICKS_S.find((each) => each >= least) ?? Math.ceil(least / (28 * DAY)) * 28 * DAY;
  const found: Tick[] = [];
  // Counted rather than added up: a thousand times 0.1 s is not 100 s.
  for (let n = Math.ceil((scale.span.from - start) / step); ; n++) {
    const at = start + n * step;
    if (at > scale.span.to) return found;
    found.push({ at, label: elapsed(n * step) });
  }
}

/** A round length of time, exactly: `250 ms`, `1.5 s`, `1 min 30 s`, `2 d 6 h`. */
export function elapsed(seconds: number): string {
  const sign = seconds < 0 ? "−" : "";
  const ms = Math.round(Math.abs(seconds) * 1_000);
  if (ms === 0) return "0 s";
  if (ms < 1_000) return `${sign}${ms} ms`;
  if (ms < 60_000) return `${sign}${ms / 1_000} s`;
  const units: [number, string][] = [
    [DAY * 1_000, "d"],
    [3_600_000, "h"],
    [60_000, "min"],
    [1_000, "s"],
    [1, "ms"],
  ];
  const parts: string[] = [];
  let rest = ms;
  for (const [size, name] of units) {
    const count = Math.floor(rest / size);
    if (count > 0) parts.push(`${count} ${name}`);
    rest -= count * size;
  }
  return sign + parts.slice(0, 2).join(" ");
}
