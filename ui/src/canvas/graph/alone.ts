/** A part of the layout: where nodes without edges go. */

import { listsOf } from "./layering";
import type { LayoutInput } from "./layout";
import { type Extent, LAYER_GAP, PAGE, type Place, SPACING } from "./place";

/** Nodes without edges stand in rows below the others of their lane, in the columns of these. */
export function placeAlone(
  input: LayoutInput,
  isAlone: Uint8Array,
  lanes: Extent[],
  { rank, along, folds, fold, middle }: Omit<Place, "columns">,
  across: Float32Array,
): void {
  const owners = input.lanes.map((lane, node) => (isAlone[node] ? lane : -1));
  const { start, list } = listsOf(lanes.length, owners);
  const slots = slotsOf(input, isAlone, rank, folds);
  lanes.forEach((lane, index) => {
    const nodes = list.subarray(start[index], start[index + 1]);
    if (nodes.length === 0) return;
    const high = nodes.reduce((most, node) => Math.max(most, across[node] as number), 0);
    const wide = nodes.reduce((most, node) => Math.max(most, along[node] as number), 0);
    const places = slots[index] ?? pageWide(nodes.length, high, wide, input.isDown);
    const top = lane.isEmpty ? 0 : lane.high + SPACING.node;
    nodes.forEach((node, place) => {
      const slot = places[place % places.length] as Slot;
      const at = top + Math.floor(place / places.length) * (high + SPACING.node);
      [rank[node], folds[node], fold[node]] = [slot.rank, slot.folds, slot.fold];
      middle[node] = at + (across[node] as number) / 2;
      lane.take(slot.rank, at, at + high);
    });
  });
}

/** A column of a lane: a layer, or one of those into which its cell is folded. */
interface Slot {
  rank: number;
  folds: number;
  fold: number;
}

/** The columns in which the joined nodes of each lane stand. */
function slotsOf(
  input: LayoutInput,
  isAlone: Uint8Array,
  rank: Int32Array,
  folds: Int32Array,
): (Slot[] | undefined)[] {
  const byLane: (Map<number, number> | undefined)[] = [];
  input.lanes.forEach((lane, node) => {
    if (isAlone[node]) return;
    byLane[lane] ??= new Map();
    byLane[lane].set(rank[node] as number, folds[node] as number);
  });
  return byLane.map(
    (ranks) =>
      ranks &&
      [...ranks]
        .sort(([a], [b]) => a - b)
        .flatMap(([at, count]) =>
          Array.from({ length: count }, (_, fold) => ({ rank: at, folds: count, fold })),
        ),
  );
}

/** As many layers as give rows of nodes the shape of a page. */
function pageWide(count: number, high: number, wide: number, isDown: boolean): Slot[] {
  const cell = (high + SPACING.node) / (wide + LAYER_GAP);
  const columns = Math.ceil(Math.sqrt(count * cell * (isDown ? 1 / PAGE : PAGE)));
  return Array.from({ length: columns }, (_, rank) => ({ rank, folds: 1, fold: 0 }));
}
