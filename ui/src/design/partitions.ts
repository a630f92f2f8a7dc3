/** Partitions as text, and how many of them stand how as pieces of a bar. Pure. */
import type { PartitionSpan } from "@/api/partitions";
import { count } from "./size";

/** Between first and last key where a run makes a range of partitions. */
const RANGE = "...";

/** What a run makes: one key, or the first and the last of a range. */
export function boundsOf(partition: string): [string, string] | [string] {
  const at = partition.indexOf(RANGE);
  if (at <= 0 || at + RANGE.length >= partition.length) return [partition];
  return [partition.slice(0, at), partition.slice(at + RANGE.length)];
}

/** `2024-01-01`, `2024-01-01 → 2024-01-31`. */
export function partitionText(partition: string): string {
  return boundsOf(partition).join(" → ");
}

/** Some partitions that are drawn as one: how the worst of them stands. */
export interface Piece {
  status: string;
  /** Positions: the first, and the one behind the last. */
  start: number;
  stop: number;
  first: string;
  last: string;
}

/** What asks for a look hides what does not. */
const WORST_FIRST = ["failed", "in_progress", "missing", "materialized"];

export const worse = (one: string, other: string): string =>
  WORST_FIRST.indexOf(one) <= WORST_FIRST.indexOf(other) ? one : other;

/**
 * The spans as pieces that are wide enough to be seen, `most` of them at most.
 *
 * Spans that are narrower than a piece are drawn with what is beside them, as the worst of them.
 */
export function piecesOf(
  spans: readonly PartitionSpan[],
  total: number,
  most: number,
): readonly Piece[] {
  const least = total / most;
  const pieces: Piece[] = [];
  let open = null as Piece | null;
  for (const [status, start, stop, first, last] of spans) {
    let from = start;
    if (open !== null && open.stop - open.start < least) {
      const enough: number = open.start + least;
      if (stop <= enough) {
        open = { ...open, status: worse(open.status, status), stop, last };
        continue;
      }
      // It takes as much of a wide neighbour as it needs to be seen.
      open = { ...open, stop: enough };
      from = enough;
    } else if (open?.status === status) {
      open = { ...open, stop, last };
      continue;
    }
    if (open !== null) pieces.push(open);
    open = { status, start: from, stop, first, last };
  }
  if (open === null) return pieces;
  const before = pieces.at(-1);
  if (before !== undefined && open.stop - open.start < least) {
    open.start = Math.max(before.start, open.stop - least);
    pieces[pieces.length - 1] = { ...before, stop: open.start };
  }
  return [...pieces, open];
}

/**
 * Of two dimensions, how each partition of one stands: the worst along the other one.
 *
 * @param width how many partitions the second dimension has; the first has `spans` in its order.
 */
export function along(
  spans: readonly PartitionSpan[],
  rows: number,
  width: number,
  dimension: 0 | 1,
): readonly string[] {
  const found = Array.from({ length: dimension === 0 ? rows : width }, () => "materialized");
  const put = (place: number, status: string) => {
    found[place] = worse(found[place] ?? status, status);
  };
  for (const [status, start, stop] of spans) {
    if (dimension === 0) {
      for (let row = Math.floor(start / width); row * width < stop; row++) put(row, status);
    } else {
      const end = Math.min(stop, start + width);
      for (let place = start; place < end; place++) put(place % width, status);
    }
  }
  return found;
}

/** `12 materialized, 3 failed, 1,000 missing`: what there is none of is left out. */
export function countsText(counts: Readonly<Record<string, number>>): string {
  const words = { materialized: "materialized", failed: "failed", in_progress: "in progress" };
  const parts = Object.entries({ ...words, missing: "missing" }).flatMap(([status, word]) => {
    const number = counts[status] ?? 0;
    return number > 0 ? [`${number.toLocaleString("en")} ${word}`] : [];
  });
  return parts.length > 0 ? parts.join(", ") : count(0, "partition");
}

/** Positions of the first and the last partition that are chosen; null: none. */
export type Range = readonly [number, number] | null;

/**
 * The range after a partition was pressed: outside it grows to there, inside only that one stays,
 * and the only one that was chosen is let go.
 */
export function pressed(range: Range, position: number, isOneOnly: boolean): Range {
  if (range === null) return [position, position];
  const [first, last] = range;
  if (first === last && first === position) return null;
  if (isOneOnly || (position >= first && position <= last)) return [position, position];
  return [Math.min(first, position), Math.max(last, position)];
}
