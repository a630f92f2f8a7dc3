/**
 * The second part of the layout: in which order the items of a layer stand, and where exactly.
 *
 * Lanes do not mix: within a layer, each lane has a cell of its own. Cells are ordered by
 * barycenter sweeps, then each is placed as near as its order allows to what it is joined with
 * (the least squares of one cell, found in linear time by pooling neighbours that would overlap).
 */
import { type Layered, listsOf } from "./layering";

const ORDER_SWEEPS = 8;
const PLACE_SWEEPS = 6;
/** How strongly a piece pulls its ends to one height: long edges are to be straight. */
const PULL_NODES = 1;
const PULL_BEND = 3;
const PULL_BENDS = 8;

export interface Spacing {
  /** Between two nodes of a layer. */
  node: number;
  /** Between a bend and its neighbour. */
  bend: number;
  /** Between the columns of a cell that is folded. */
  fold: number;
}

/** Cells of more nodes are folded into several columns. */
const FOLDED_FROM = 12;

/** The cells of all layers with their items in order; and where each item's middle is. */
export interface Placed {
  cells: readonly Int32Array[];
  /** Around 0 within each lane. */
  middle: Float64Array;
  /** In how many columns the cell of each item stands, and in which of them the item. */
  folds: Int32Array;
  fold: Int32Array;
  work: number;
}

/** Both ends' pieces of each item. */
interface Ends {
  left: { start: Int32Array; list: Int32Array };
  right: { start: Int32Array; list: Int32Array };
}

/**
 * @param across the size of each item along its layer.
 * @param along the size of each node in the direction of the edges.
 */
export function placed(
  graph: Layered,
  across: Float32Array,
  along: Float32Array,
  gap: Spacing,
): Placed {
  const nodes = along.length;
  const cells = cellsOf(graph, nodes);
  const folds = new Int32Array(graph.itemCount).fill(1);
  for (const cell of cells) {
    const columns = columnsOf(cell, across, along, gap);
    for (const item of cell) folds[item] = columns;
  }
  const ends: Ends = {
    left: listsOf(graph.itemCount, graph.to),
    right: listsOf(graph.itemCount, graph.from),
  };
  const middle = new Float64Array(graph.itemCount);
  const run = new Sweeper(graph, across, nodes, gap, folds, ends, middle);
  for (const cell of cells) run.stack(cell);
  for (let sweep = 0; sweep < ORDER_SWEEPS; sweep++) {
    for (let i = 0; i < cells.length; i++) run.order(cells[i] as Int32Array, true);
    for (let i = cells.length - 1; i >= 0; i--) run.order(cells[i] as Int32Array, false);
  }
  for (let sweep = 0; sweep < PLACE_SWEEPS; sweep++) {
    const isLast = sweep === PLACE_SWEEPS - 1;
    for (let i = 0; i < cells.length; i++) run.place(cells[i] as Int32Array, true, isLast);
    for (let i = cells.length - 1; i >= 0; i--) run.place(cells[i] as Int32Array, isLast, true);
  }
  const fold = new Int32Array(graph.itemCount);
  for (const cell of cells) {
    let place = 0;
    // Those that follow each other stand in different columns, so that the edges of one column
    // pass between the nodes of the next.
    for (const item of cell) if (item < nodes) fold[item] = place++ % (folds[item] as number);
  }
  return { cells, middle, folds, fold, work: run.work };
}

/** How many columns make a cell about as wide as it is high. */
function columnsOf(
  cell: Int32Array,
  across: Float32Array,
  along: Float32Array,
  gap: Spacing,
): number {
  const own = cell.filter((item) => item < along.length);
  const first = own[0];
  if (first === undefined || own.length <= FOLDED_FROM) return 1;
  const high = (across[first] as number) + gap.node;
  const wide = (along[first] as number) + gap.fold;
  return Math.max(1, Math.round(Math.sqrt((own.length * high) / wide)));
}

/** Items by layer and lane; nodes without edges are in none. */
function cellsOf(graph: Layered, nodes: number): Int32Array[] {
  const lanes = graph.lane.reduce((most, lane) => Math.max(most, lane + 1), 0);
  const found = new Map<number, number[]>();
  for (let item = 0; item < graph.itemCount; item++) {
    if (item < nodes && graph.isAlone[item]) continue;
    const key = (graph.rank[item] as number) * lanes + (graph.lane[item] as number);
    const cell = found.get(key);
    if (cell) cell.push(item);
    else found.set(key, [item]);
  }
  return [...found].sort(([a], [b]) => a - b).map(([, cell]) => Int32Array.from(cell));
}

class Sweeper {
  work = 0;
  private readonly wish: Float64Array;
  private readonly weight: Float64Array;

  constructor(
    private readonly graph: Layered,
    private readonly sizes: Float32Array,
    private readonly nodes: number,
    private readonly gap: Spacing,
    private readonly folds: Int32Array,
    private readonly ends: Ends,
    private readonly middle: Float64Array,
  ) {
    this.wish = new Float64Array(graph.itemCount);
    this.weight = new Float64Array(graph.itemCount);
  }

  private isBend(item: number): boolean {
    return item >= this.nodes;
  }

  private apart(a: number, b: number): number {
    const gap = this.isBend(a) || this.isBend(b) ? this.gap.bend : this.gap.node;
    const room = ((this.sizes[a] as number) + (this.sizes[b] as number)) / 2 + gap;
    return room / (this.folds[a] as number);
  }

  /** Put a cell's items one below the other, around 0. */
  stack(cell: Int32Array): void {
    let at = 0;
    for (let i = 0; i < cell.length; i++) {
      const item = cell[i] as number;
      if (i > 0) at += this.apart(cell[i - 1] as number, item);
      this.middle[item] = at;
    }
    for (const item of cell) this.middle[item] = (this.middle[item] as number) - at / 2;
  }

  /** Sort a cell by the mean of what its items are joined with on one side, and stack it. */
  order(cell: Int32Array, isLeft: boolean): void {
    const half = cell.length === 0 ? 0 : Math.abs(this.middle[cell[0] as number] as number) + 1;
    for (const item of cell) this.wish[item] = this.mean(item, isLeft, half);
    const sorted = Array.from(cell).sort(
      (a, b) => (this.wish[a] as number) - (this.wish[b] as number),
    );
    cell.set(sorted);
    this.stack(cell);
  }

  private mean(item: number, isLeft: boolean, half: number): number {
    const { start, list } = isLeft ? this.ends.left : this.ends.right;
    const others = isLeft ? this.graph.from : this.graph.to;
    const lane = this.graph.lane[item] as number;
    const first = start[item] as number;
    const last = start[item + 1] as number;
    if (first === last) return this.middle[item] as number;
    let sum = 0;
    for (let i = first; i < last; i++) {
      const other = others[list[i] as number] as number;
      const otherLane = this.graph.lane[other] as number;
      // What lies in another lane pulls to the edge on that side.
      sum += otherLane === lane ? (this.middle[other] as number) : otherLane < lane ? -half : half;
    }
    this.work += last - first + 1;
    return sum / (last - first);
  }

  /** Move a cell's items towards what they are joined with in their lane, without overlap. */
  place(cell: Int32Array, isLeft: boolean, isRight: boolean): void {
    for (const item of cell) {
      this.wish[item] = 0;
      this.weight[item] = 0;
      if (isLeft) this.pull(item, this.ends.left, this.graph.from);
      if (isRight) this.pull(item, this.ends.right, this.graph.to);
      const weight = this.weight[item] as number;
      if (weight > 0) this.wish[item] = (this.wish[item] as number) / weight;
      else {
        this.wish[item] = this.middle[item] as number;
        this.weight[item] = 0.2;
      }
    }
    this.pool(cell);
  }

  private pull(item: number, side: Ends["left"], others: Int32Array): void {
    const last = side.start[item + 1] as number;
    for (let i = side.start[item] as number; i < last; i++) {
      const other = others[side.list[i] as number] as number;
      this.work++;
      if (this.graph.lane[other] !== this.graph.lane[item]) continue;
      const bends = Number(this.isBend(item)) + Number(this.isBend(other));
      const weight = bends === 2 ? PULL_BENDS : bends === 1 ? PULL_BEND : PULL_NODES;
      this.wish[item] = (this.wish[item] as number) + weight * (this.middle[other] as number);
      this.weight[item] = (this.weight[item] as number) + weight;
    }
  }

  /** Isotonic regression (pool adjacent violators) of the wishes, less the room items need. */
  private pool(cell: Int32Array): void {
    const sums: number[] = [];
    const weights: number[] = [];
    const counts: number[] = [];
    let offset = 0;
    const offsets: number[] = [];
    for (let i = 0; i < cell.length; i++) {
      const item = cell[i] as number;
      if (i > 0) offset += this.apart(cell[i - 1] as number, item);
      offsets.push(offset);
      let weight = this.weight[item] as number;
      let sum = weight * ((this.wish[item] as number) - offset);
      let count = 1;
      while (
        sums.length > 0 &&
        (sums.at(-1) as number) / (weights.at(-1) as number) >= sum / weight
      ) {
        sum += sums.pop() as number;
        weight += weights.pop() as number;
        count += counts.pop() as number;
      }
      sums.push(sum);
      weights.push(weight);
      counts.push(count);
      this.work++;
    }
    let at = 0;
    for (let block = 0; block < sums.length; block++) {
      const level = (sums[block] as number) / (weights[block] as number);
      for (let i = 0; i < (counts[block] as number); i++, at++) {
        this.middle[cell[at] as number] = level + (offsets[at] as number);
      }
    }
  }
}
