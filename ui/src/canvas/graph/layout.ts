/**
 * Where everything of a graph goes. Pure: numbers in, numbers out; it runs in a worker.
 *
 * Layers follow the edges through all locations, so an edge always leads forward. Each lane (an
 * open group, or the closed ones of a location) has a rectangle to itself, each band (a location)
 * one around its lanes; rectangles slide together like stones in a wall. Everything is linear in
 * nodes and edges but for the sorting within cells.
 */
import { layered, listsOf } from "./layering";
import { placed, type Spacing } from "./ordering";
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
const SPACING: Spacing = { node: 14, bend: 8, fold: 30 };
/** Between layers; wide enough for the frames of two bands and the edges between them. */
const LAYER_GAP = 96;
export const BAND_HEAD = 30;
export const LANE_HEAD = 24;
const BAND_PAD = 16;
const LANE_PAD = 8;
const BAND_GAP = 22;
const LANE_GAP = 14;

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
  placeAlone(input, graph.rank, graph.isAlone, across, along, lanes, middle);
  const offsets = stackLanes(input, lanes);
  for (let item = 0; item < graph.itemCount; item++) {
    middle[item] = (middle[item] as number) + (offsets[graph.lane[item] as number] as number);
  }
  const columns = columnsOf(graph.rank, along, folds);
  const place: Place = { rank: graph.rank, columns, along, folds, fold, middle };
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

class Extent {
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

/** Nodes without edges stand in rows below the others of their lane, in the columns of layers. */
function placeAlone(
  input: LayoutInput,
  rank: Int32Array,
  isAlone: Uint8Array,
  across: Float32Array,
  along: Float32Array,
  lanes: Extent[],
  middle: Float64Array,
): void {
  const owners = input.lanes.map((lane, node) => (isAlone[node] ? lane : -1));
  const { start, list } = listsOf(lanes.length, owners);
  lanes.forEach((lane, index) => {
    const nodes = list.subarray(start[index], start[index + 1]);
    if (nodes.length === 0) return;
    const high = nodes.reduce((most, node) => Math.max(most, across[node] as number), 0);
    const wide = nodes.reduce((most, node) => Math.max(most, along[node] as number), 0);
    const cell = (high + SPACING.node) / (wide + LAYER_GAP);
    const ratio = input.isDown ? 1 / 1.6 : 1.6;
    const columns = Math.max(1, Math.ceil(Math.sqrt(nodes.length * cell * ratio)));
    const first = lane.isEmpty ? 0 : lane.first;
    const top = lane.isEmpty ? 0 : lane.high + SPACING.node;
    nodes.forEach((node, place) => {
      const at = top + Math.floor(place / columns) * (high + SPACING.node);
      rank[node] = first + (place % columns);
      middle[node] = at + (across[node] as number) / 2;
      lane.take(rank[node] as number, at, at + high);
    });
  });
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

interface Column {
  at: number;
  size: number;
}

/** What is known of where items are. */
interface Place {
  rank: Int32Array;
  columns: readonly Column[];
  along: Float32Array;
  folds: Int32Array;
  fold: Int32Array;
  middle: Float64Array;
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

/** The frames of lanes and bands around their nodes, and the size of the whole. */
function frame(layout: Layout, input: LayoutInput): void {
  const laneBoxes = input.bands.length === 0 ? [] : Array.from(input.bands, () => new Box());
  for (let node = 0; node < input.count; node++) {
    const box = laneBoxes[input.lanes[node] as number] as Box;
    const x = layout.x[node] as number;
    const y = layout.y[node] as number;
    box.take(x, y, x + (input.widths[node] as number), y + (input.heights[node] as number));
  }
  const bandCount = input.bands.reduce((most, band) => Math.max(most, band + 1), 0);
  const bandBoxes = Array.from({ length: bandCount }, () => new Box());
  const all = new Box();
  laneBoxes.forEach((box, lane) => {
    if (box.isEmpty) return;
    if (input.isFramed[lane]) box.grow(LANE_PAD, LANE_HEAD, LANE_PAD);
    bandBoxes[input.bands[lane] as number]?.take(box.left, box.top, box.right, box.bottom);
  });
  for (const box of bandBoxes) {
    if (box.isEmpty) continue;
    if (input.hasBands) box.grow(BAND_PAD, BAND_HEAD, BAND_PAD);
    all.take(box.left, box.top, box.right, box.bottom);
  }
  for (let i = 0; i < layout.lines.length; i += 6) {
    for (const at of [i, i + 4]) {
      const x = layout.lines[at] as number;
      const y = layout.lines[at + 1] as number;
      all.take(x, y, x, y);
    }
  }
  const dx = all.isEmpty ? 0 : -all.left;
  const dy = all.isEmpty ? 0 : -all.top;
  for (let node = 0; node < input.count; node++) {
    layout.x[node] = (layout.x[node] as number) + dx;
    layout.y[node] = (layout.y[node] as number) + dy;
  }
  const shifts = [dx, dy, input.isDown ? dy : dx, input.isDown ? dy : dx, dx, dy];
  for (let i = 0; i < layout.lines.length; i++) {
    layout.lines[i] = (layout.lines[i] as number) + (shifts[i % 6] as number);
  }
  layout.lanes = laneBoxes.map((box, lane) => (input.isFramed[lane] ? box.rect(dx, dy) : null));
  layout.bands = bandBoxes.map((box) => (input.hasBands ? box.rect(dx, dy) : null));
  layout.width = all.isEmpty ? 0 : all.right - all.left;
  layout.height = all.isEmpty ? 0 : all.bottom - all.top;
}

class Box {
  left = Number.POSITIVE_INFINITY;
  top = Number.POSITIVE_INFINITY;
  right = Number.NEGATIVE_INFINITY;
  bottom = Number.NEGATIVE_INFINITY;

  get isEmpty(): boolean {
    return this.left > this.right;
  }

  take(left: number, top: number, right: number, bottom: number): void {
    this.left = Math.min(this.left, left);
    this.top = Math.min(this.top, top);
    this.right = Math.max(this.right, right);
    this.bottom = Math.max(this.bottom, bottom);
  }

  grow(side: number, head: number, foot: number): void {
    this.take(this.left - side, this.top - head, this.right + side, this.bottom + foot);
  }

  rect(dx: number, dy: number): Rect | null {
    if (this.isEmpty) return null;
    const { left, top, right, bottom } = this;
    return { x: left + dx, y: top + dy, width: right - left, height: bottom - top };
  }
}
