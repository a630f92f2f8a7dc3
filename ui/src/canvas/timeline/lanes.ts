/** Which bars a row of the timeline draws, so that a thousand runs cost what is seen. Pure. */

export interface Bar {
  id: string;
  /** Seconds; `to` is null while it goes on. */
  from: number;
  to: number | null;
  status: string;
}

/** A piece of a row: one bar, or several that lie too close to be told apart. */
export interface Piece {
  x: number;
  width: number;
  /** Those that it stands for, oldest first. */
  bars: Bar[];
  /** The gravest status among them. */
  status: string;
}

/** The gravest first: what went wrong must not hide behind what went well. */
const GRAVITY = ["FAILURE", "CANCELED", "CANCELING", "STARTED", "STARTING", "QUEUED", "SUCCESS"];
const LEAST_PX = 3;

const gravity = (status: string): number => {
  const place = GRAVITY.indexOf(status);
  return place < 0 ? GRAVITY.length : place;
};

/**
 * The pieces of one row, from left to right, none overlapping another.
 *
 * @param x where an instant lies, in pixels.
 * @param now the end of bars that go on.
 */
export function pieces(bars: readonly Bar[], x: (at: number) => number, now: number): Piece[] {
  const found: Piece[] = [];
  for (const bar of [...bars].sort((a, b) => a.from - b.from)) {
    const left = x(bar.from);
    const right = Math.max(x(bar.to ?? now), left + LEAST_PX);
    const last = found.at(-1);
    if (last !== undefined && left < last.x + last.width + 1) {
      last.bars.push(bar);
      last.width = Math.max(last.width, right - last.x);
      if (gravity(bar.status) < gravity(last.status)) last.status = bar.status;
    } else {
      found.push({ x: left, width: right - left, bars: [bar], status: bar.status });
    }
  }
  return found;
}
