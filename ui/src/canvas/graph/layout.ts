/**
 * Where everything of a graph goes. Pure: numbers in, numbers out; it runs in a worker.
 *
 * Layers follow the edges through all locations, so an edge always leads forward. Each lane (an
 * open group, or the closed ones of a location) has a rectangle to itself, each band (a location)
 * one around its lanes; rectangles slide together like stones in a wall. Everything is linear in
 * nodes and edges but for the sorting within cells.
 */
import { placeAlone } from "./alone";
import { frame } from "./frames";
import { layered, listsOf } from "./layering";
import { placed } from "./ordering";
import {
  BAND_GAP,
  BAND_HEAD,
  BAND_PAD,
  type Column,
  Extent,
  LANE_GAP,
  LANE_HEAD,
  LANE_PAD,
  LAYER_GAP,
  type Place,
  SPACING,
} from "./place";
import { Skyline } from "./skyline";

export interface LayoutInput {
  count: number;
  widths: Float32Array;
  heights: Float32Array;
  sources: Int32Array;
  targets: Int32Array;
  /** Of each node. Lanes of one band follow each other. */
  lanes: Int32Array;
  /** Of each lane. */
  bands: Int32Array;
  /** Whether a lane is drawn with a frame and its name. */
  isFramed: Uint8Array;
  /** Whether bands are drawn with a frame and their names. */
  hasBands: boolean;
  isDown: boolean;
}

export interface Rect {
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface Layout {
  /** The upper left corner of each node. */
  x: Float32Array;
  y: Float32Array;
  /** Frames; null for lanes and bands without nodes. */
  lanes: (Rect | null)[];
  bands: (Rect | null)[];
  /**
   * Pieces of edges, six numbers each: where it begins (x, y), from where and to where along the
   * layers it is a curve (straight before and behind), and where it ends (x, y).
   */
  lines: Float32Array;
  /** The pieces of edge `e` are `pieces[pieceStart[e]]` up to `pieceStart[e + 1]`. */
  pieces: Int32Array;
  pieceStart: Int32Array;
  isBack: Uint8Array;
  rank: Int32Array;
  width: number;
  height: number;
  work: number;
}

const BEND_SIZE = 6;

export function layOut(input: LayoutInput): Layout {
  const { count, isDown, widths, heights } = input;
  const graph = layered(input);
  const across = new Float32Array(graph.itemCount).fill(BEND_SIZE);
  across.set(isDown ? widths : heights);
  const along = isDown ? heights : widths;
  const { cells, middle, folds, fold, work } = placed(graph, across, along, SPACING);
  const laneCount = input.bands.length;
  const lanes = Array.from({ length: laneCount }, () => new Extent());
  for (const cell of cells) {
    const lane = lanes[graph.lane[cell[0] as number] as number] as Extent;
    for (const item of cell) {
      const half = (across[item] as number) / 2;
      const at = middle[item] as number;
      lane.take(graph.rank[item] as number, at - half, at + half);
    }
  }
  const laid = { rank: graph.rank, along, folds, fold, middle };
  placeAlone(input, graph.isAlone, lanes, laid, across);
  const offsets = stackLanes(input, lanes);
  for (let item = 0; item < graph.itemCount; item++) {
    middle[item] = (middle[item] as number) + (offsets[graph.lane[item] as number] as number);
  }
  const place: Place = { ...laid, columns: columnsOf(graph.rank, along, folds) };
  const layout: Layout = {
    x: new Float32Array(count),
    y: new Float32Array(count),
    lanes: [],
    bands: [],
    lines: new Float32Array(6 * graph.from.length),
    pieces: graph.pieces,
    pieceStart: graph.pieceStart,
    isBack: graph.isBack,
    rank: graph.rank.slice(0, count),
    width: 0,
    height: 0,
    work: work + graph.work,
  };
  for (let node = 0; node < count; node++) {
    const a = nearEdge(place, node);
    const c = (middle[node] as number) - (across[node] as number) / 2;
    layout.x[node] = isDown ? c : a;
    layout.y[node] = isDown ? a : c;
  }
  drawLines(layout, graph.from, graph.to, place, isDown);
  frame(layout, input);
  return layout;
}

/** By how much each lane is moved so that none meets another. */
function stackLanes(input: LayoutInput, lanes: readonly Extent[]): Float64Array {
  const offsets = new Float64Array(lanes.length);
  const head = (isFramed: boolean, size: number, pad: number) =>
    isFramed ? (input.isDown ? pad : size) : 0;
  const bandCount = input.bands.reduce((most, band) => Math.max(most, band + 1), 0);
  const { start, list } = listsOf(bandCount, input.bands);
  const whole = new Skyline();
  const order = (indices: Iterable<number>, first: (index: number) => number) =>
    [...indices].sort((a, b) => first(a) - first(b) || a - b);
  const bandFirst = Array.from({ length: bandCount }, (_, band) =>
    list
      .subarray(start[band], start[band + 1])
      .reduce((first, lane) => Math.min(first, (lanes[lane] as Extent).first), Infinity),
  );
  for (const band of order(bandFirst.keys(), (index) => bandFirst[index] as number)) {
    const own = order(
      list.subarray(start[band], start[band + 1]),
      (lane) => (lanes[lane] as Extent).first,
    ).filter((lane) => !(lanes[lane] as Extent).isEmpty);
    if (own.length === 0) continue;
    const inside = new Skyline();
    const all = new Extent();
    for (const index of own) {
      const lane = lanes[index] as Extent;
      const isFramed = input.isFramed[index] === 1;
      const lead = head(isFramed, LANE_HEAD, LANE_PAD);
      const trail = isFramed ? LANE_PAD : 0;
      const height = lead + lane.high - lane.low + trail;
      const top = inside.drop(lane.first, lane.last, height + LANE_GAP);
      offsets[index] = top + lead - lane.low;
      all.take(lane.first, top, top + height);
      all.take(lane.last, top, top + height);
    }
    const lead = head(input.hasBands, BAND_HEAD, BAND_PAD);
    const trail = input.hasBands ? BAND_PAD : 0;
    const top = whole.drop(all.first, all.last, lead + all.high + trail + BAND_GAP);
    for (const index of own) offsets[index] = (offsets[index] as number) + top + lead;
  }
  return offsets;
}

function columnsOf(rank: Int32Array, along: Float32Array, folds: Int32Array): Column[] {
  const last = rank.reduce((most, each) => Math.max(most, each), -1);
  const columns = Array.from({ length: last + 1 }, () => ({ at: 0, size: 0 }));
  along.forEach((size, node) => {
    const column = columns[rank[node] as number] as Column;
    const count = folds[node] as number;
    column.size = Math.max(column.size, count * (size + SPACING.fold) - SPACING.fold);
  });
  let at = 0;
  for (const column of columns) {
    column.at = at;
    at += column.size + LAYER_GAP;
  }
  return columns;
}

/** Where a node begins, in the direction of the edges. */
function nearEdge({ rank, columns, along, folds, fold }: Place, node: number): number {
  const column = columns[rank[node] as number] as Column;
  const step = (along[node] as number) + SPACING.fold;
  const size = (folds[node] as number) * step - SPACING.fold;
  return column.at + (column.size - size) / 2 + (fold[node] as number) * step;
}

/** Pieces curve between two layers; beside nodes, and where a bend passes a layer, they are straight. */
function drawLines(
  layout: Layout,
  from: Int32Array,
  to: Int32Array,
  place: Place,
  isDown: boolean,
): void {
  const { rank, columns, along, middle } = place;
  const count = along.length;
  for (let piece = 0; piece < from.length; piece++) {
    const a = from[piece] as number;
    const b = to[piece] as number;
    const before = columns[rank[a] as number] as Column;
    const behind = columns[rank[b] as number] as Column;
    const begin = a < count ? nearEdge(place, a) + (along[a] as number) : before.at;
    const end = b < count ? nearEdge(place, b) : behind.at;
    const bows = [before.at + before.size, behind.at];
    const [c, d] = [middle[a] as number, middle[b] as number];
    const line = isDown ? [c, begin, ...bows, d, end] : [begin, c, ...bows, end, d];
    layout.lines.set(line, 6 * piece);
  }
}
