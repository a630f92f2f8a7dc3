/** What the parts of the layout know of where items are, and how much room things take. */
import type { Spacing } from "./ordering";

export const SPACING: Spacing = { node: 14, bend: 8, fold: 30 };
/** Between layers; wide enough for the frames of two bands and the edges between them. */
export const LAYER_GAP = 96;
export const BAND_HEAD = 30;
export const LANE_HEAD = 24;
export const BAND_PAD = 16;
export const LANE_PAD = 8;
export const BAND_GAP = 22;
export const LANE_GAP = 14;
/** The width of a page through its height. */
export const PAGE = 1.6;

/** Which layers a lane touches, and how far it reaches along them. */
export class Extent {
  first = Number.POSITIVE_INFINITY;
  last = Number.NEGATIVE_INFINITY;
  low = Number.POSITIVE_INFINITY;
  high = Number.NEGATIVE_INFINITY;

  get isEmpty(): boolean {
    return this.first > this.last;
  }

  take(rank: number, low: number, high: number): void {
    this.first = Math.min(this.first, rank);
    this.last = Math.max(this.last, rank);
    this.low = Math.min(this.low, low);
    this.high = Math.max(this.high, high);
  }
}

/** A layer, in the direction of the edges. */
export interface Column {
  at: number;
  size: number;
}

/** What is known of where items are. */
export interface Place {
  rank: Int32Array;
  columns: readonly Column[];
  along: Float32Array;
  folds: Int32Array;
  fold: Int32Array;
  middle: Float64Array;
}
