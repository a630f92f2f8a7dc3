/**
 * The first part of the layout: cycles broken, each node on a layer, long edges bent once a layer.
 *
 * All of it is linear in nodes and edges; no recursion, as chains may be thousands long.
 */
import type { LayoutInput } from "./layout";

/** Bends passed per node and edge on average; edges beyond that go straight, behind the nodes. */
const BENDS_EACH = 6;

/** The graph as layers see it. Items are the nodes, followed by the bends. */
export interface Layered {
  /** Of each node and bend. */
  rank: Int32Array;
  lane: Int32Array;
  itemCount: number;
  rankCount: number;
  /** Pieces of edges between two items; edges of one node into one lane share theirs. */
  from: Int32Array;
  to: Int32Array;
  /** The pieces of edge `e` are `pieces[pieceStart[e]]` up to `pieceStart[e + 1]`. */
  pieces: Int32Array;
  pieceStart: Int32Array;
  /** Whether an edge is drawn against its direction, to break a cycle. */
  isBack: Uint8Array;
  /** Whether a node has no edge at all. */
  isAlone: Uint8Array;
  /** How often a node, an edge or a bend was looked at. */
  work: number;
}

/** Lists of numbers for each of `count` owners, as one array and the start of each list. */
export function listsOf(
  count: number,
  owners: Int32Array,
): { start: Int32Array; list: Int32Array } {
  const start = new Int32Array(count + 1);
  for (const owner of owners) if (owner >= 0) start[owner + 1] = (start[owner + 1] as number) + 1;
  for (let i = 0; i < count; i++) start[i + 1] = (start[i + 1] as number) + (start[i] as number);
  const next = start.slice();
  const list = new Int32Array(start[count] as number);
  owners.forEach((owner, index) => {
    if (owner < 0) return;
    const place = next[owner] as number;
    next[owner] = place + 1;
    list[place] = index;
  });
  return { start, list };
}

/** Which edges point back along the path on which they are found; without them there is no cycle. */
function findBackEdges(count: number, sources: Int32Array, targets: Int32Array): Uint8Array {
  const { start, list } = listsOf(count, sources);
  const isBack = new Uint8Array(sources.length);
  const state = new Uint8Array(count); // 1: on the path, 2: done
  const next = start.slice();
  const path: number[] = [];
  for (let root = 0; root < count; root++) {
    if (state[root] !== 0) continue;
    path.push(root);
    state[root] = 1;
    while (path.length > 0) {
      const node = path[path.length - 1] as number;
      const place = next[node] as number;
      if (place === start[node + 1]) {
        state[node] = 2;
        path.pop();
        continue;
      }
      next[node] = place + 1;
      const edge = list[place] as number;
      const target = targets[edge] as number;
      if (state[target] === 1) isBack[edge] = 1;
      else if (state[target] === 0) {
        state[target] = 1;
        path.push(target);
      }
    }
  }
  return isBack;
}

/**
 * The longest path to each node; then, from the end, each moves forward as far as that helps: in a
 * framed lane towards the middle layer of the lane, elsewhere towards its readers.
 */
function findRanks(input: LayoutInput, from: Int32Array, to: Int32Array): Int32Array {
  const { count } = input;
  const out = listsOf(count, from);
  const rank = new Int32Array(count);
  const missing = new Int32Array(count);
  for (const target of to) if (target >= 0) missing[target] = (missing[target] as number) + 1;
  const inDegree = missing.slice();
  const order = new Int32Array(count);
  let end = 0;
  for (let node = 0; node < count; node++) if (missing[node] === 0) order[end++] = node;
  for (let i = 0; i < end; i++) {
    const node = order[i] as number;
    for (let j = out.start[node] as number; j < (out.start[node + 1] as number); j++) {
      const target = to[out.list[j] as number] as number;
      rank[target] = Math.max(rank[target] as number, (rank[node] as number) + 1);
      missing[target] = (missing[target] as number) - 1;
      if (missing[target] === 0) order[end++] = target;
    }
  }
  const middles = middleRanks(input, rank);
  for (let i = end - 1; i >= 0; i--) {
    const node = order[i] as number;
    const first = out.start[node] as number;
    const last = out.start[node + 1] as number;
    let latest = Number.POSITIVE_INFINITY;
    for (let j = first; j < last; j++) {
      latest = Math.min(latest, (rank[to[out.list[j] as number] as number] as number) - 1);
    }
    const lane = input.lanes[node] as number;
    const isSource = last - first > (inDegree[node] as number);
    const wish = input.isFramed[lane] ? (middles[lane] as number) : isSource ? latest : 0;
    rank[node] = Math.max(rank[node] as number, Math.min(wish, latest));
  }
  return rank;
}

/** The layer in the middle of each lane's nodes. */
function middleRanks(input: LayoutInput, rank: Int32Array): Int32Array {
  const { start, list } = listsOf(input.bands.length, input.lanes);
  return input.bands.map((_, lane) => {
    const ranks = list.slice(start[lane], start[lane + 1]).map((node) => rank[node] as number);
    return ranks.sort()[ranks.length >> 1] ?? 0;
  });
}

/** The order in which edges get their bends: those of a node into a lane together, short ones first. */
function byTrunk(
  from: Int32Array,
  to: Int32Array,
  lanes: Int32Array,
  rank: Int32Array,
): Int32Array {
  const at = (list: Int32Array, index: number) => list[index] as number;
  return Int32Array.from(from.keys()).sort(
    (a, b) =>
      at(from, a) - at(from, b) ||
      at(lanes, at(to, a)) - at(lanes, at(to, b)) ||
      at(rank, at(to, a)) - at(rank, at(to, b)) ||
      a - b,
  );
}

export function layered(input: LayoutInput): Layered {
  const { count, lanes } = input;
  const edgeCount = input.sources.length;
  const isBack = findBackEdges(count, input.sources, input.targets);
  const from = new Int32Array(edgeCount);
  const to = new Int32Array(edgeCount);
  const isAlone = new Uint8Array(count).fill(1);
  for (let e = 0; e < edgeCount; e++) {
    const source = input.sources[e] as number;
    const target = input.targets[e] as number;
    const isLoop = source === target;
    from[e] = isLoop ? -1 : isBack[e] ? target : source;
    to[e] = isLoop ? -1 : isBack[e] ? source : target;
    if (!isLoop) isAlone[source] = isAlone[target] = 0;
  }
  const nodeRank = findRanks(input, from, to);
  const rank = Array.from(nodeRank);
  const lane = Array.from(lanes);
  const pieceFrom: number[] = [];
  const pieceTo: number[] = [];
  const chains: number[][] = new Array(edgeCount);
  let left = BENDS_EACH * (count + edgeCount);
  let trunkOf = -1;
  let trunkLane = -1;
  let trunk: number[] = []; // bends of the current trunk; its pieces come in the same order
  let trunkPieces: number[] = [];
  const piece = (a: number, b: number) => pieceTo.push(b) && pieceFrom.push(a) - 1;
  for (const edge of byTrunk(from, to, lanes, nodeRank)) {
    const source = from[edge] as number;
    if (source < 0) {
      chains[edge] = [];
      continue;
    }
    const target = to[edge] as number;
    const targetLane = lanes[target] as number;
    if (source !== trunkOf || targetLane !== trunkLane) {
      [trunkOf, trunkLane, trunk, trunkPieces] = [source, targetLane, [], []];
    }
    const bends = (nodeRank[target] as number) - (nodeRank[source] as number) - 1;
    if (bends > left) {
      chains[edge] = [piece(source, target)];
      continue;
    }
    left -= bends;
    while (trunk.length < bends) {
      const before = trunk.at(-1) ?? source;
      const bend = rank.push((rank[before] as number) + 1) - 1;
      lane.push(targetLane);
      trunkPieces.push(piece(before, bend));
      trunk.push(bend);
    }
    const end = piece(trunk[bends - 1] ?? source, target);
    chains[edge] = [...trunkPieces.slice(0, Math.max(0, bends)), end];
  }
  const pieceStart = new Int32Array(edgeCount + 1);
  chains.forEach((chain, e) => {
    pieceStart[e + 1] = (pieceStart[e] as number) + chain.length;
  });
  return {
    rank: Int32Array.from(rank),
    lane: Int32Array.from(lane),
    itemCount: rank.length,
    rankCount: rank.reduce((most, each) => Math.max(most, each + 1), 0),
    from: Int32Array.from(pieceFrom),
    to: Int32Array.from(pieceTo),
    pieces: Int32Array.from(chains.flat()),
    pieceStart,
    isBack,
    isAlone,
    work: rank.length + edgeCount + (pieceStart[edgeCount] as number),
  };
}
