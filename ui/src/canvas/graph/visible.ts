/** What of a graph is shown as which card: assets of open groups, and closed groups as one. */
import { type Direction, type GraphEdge, type GraphNode, groupOf } from "./graph";
import type { LayoutInput } from "./layout";

export const ASSET_SIZE = { width: 226, height: 58 };
export const GROUP_SIZE = { width: 226, height: 70 };

/** One rectangle: an asset, or a closed group with its assets. */
export interface Card {
  /** The asset's key, or the group's id. */
  id: string;
  location: string;
  group: string;
  /** The asset alone, or those of the group. */
  members: readonly GraphNode[];
  isGroup: boolean;
}

/** An open group with a frame, or what of a location has none. */
export interface Lane {
  id: string;
  location: string;
  group: string;
  isFramed: boolean;
  count: number;
}

export interface Visible {
  cards: readonly Card[];
  /** Which card an asset is shown on. */
  cardOf: ReadonlyMap<string, number>;
  lanes: readonly Lane[];
  bands: readonly string[];
  input: LayoutInput;
  /** The same for what is laid out alike. */
  key: string;
}

export interface VisibleOptions {
  nodes: readonly GraphNode[];
  edges: readonly GraphEdge[];
  collapsed: ReadonlySet<string>;
  hasGroups: boolean;
  direction: Direction;
}

export function visible({
  nodes,
  edges,
  collapsed,
  hasGroups,
  direction,
}: VisibleOptions): Visible {
  const lanes: Lane[] = [];
  const bands = hasGroups ? [...new Set(nodes.map((node) => node.location))].sort() : [""];
  const groups = groupsOf(nodes);
  const cards: Card[] = [];
  const cardOf = new Map<string, number>();
  const cardLanes: number[] = [];
  const laneBands: number[] = [];
  const lane = (band: number, id: string, location: string, group: string, isFramed: boolean) => {
    laneBands.push(band);
    return lanes.push({ id, location, group, isFramed, count: 0 }) - 1;
  };
  const show = (card: Card, at: number) => {
    cardLanes.push(at);
    const index = cards.push(card) - 1;
    for (const member of card.members) cardOf.set(member.id, index);
    (lanes[at] as Lane).count += card.members.length;
  };
  bands.forEach((location, band) => {
    const own = hasGroups ? groups.filter((group) => group.location === location) : groups;
    const bare = lane(band, location, location, "", false);
    for (const each of own) {
      const { id, group, members } = each;
      if (hasGroups && collapsed.has(id)) {
        show({ id, location, group, members, isGroup: true }, bare);
        continue;
      }
      const isFramed = hasGroups && (own.length > 1 || group !== "default");
      const at = isFramed ? lane(band, id, location, group, true) : bare;
      for (const node of members) {
        show({ ...node, members: [node], isGroup: false }, at);
      }
    }
  });
  const joined = joinedCards(edges, cardOf);
  const size = (card: Card) => (card.isGroup ? GROUP_SIZE : ASSET_SIZE);
  const input: LayoutInput = {
    count: cards.length,
    widths: Float32Array.from(cards, (card) => size(card).width),
    heights: Float32Array.from(cards, (card) => size(card).height),
    sources: Int32Array.from(joined, ([from]) => from),
    targets: Int32Array.from(joined, ([, to]) => to),
    lanes: Int32Array.from(cardLanes),
    bands: Int32Array.from(laneBands),
    isFramed: Uint8Array.from(lanes, (each) => Number(each.isFramed)),
    hasBands: hasGroups,
    isDown: direction === "down",
  };
  return { cards, cardOf, lanes, bands, input, key: keyOf(cards, input) };
}

interface Group {
  id: string;
  location: string;
  group: string;
  members: GraphNode[];
}

/** The groups of all locations, by name. */
export function groupsOf(nodes: readonly GraphNode[]): Group[] {
  const found = new Map<string, Group>();
  for (const node of nodes) {
    const id = groupOf(node);
    const group = found.get(id);
    if (group) group.members.push(node);
    else found.set(id, { id, location: node.location, group: node.group, members: [node] });
  }
  return [...found.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** Each pair of cards with an edge between them once; edges within a card are not seen. */
function joinedCards(
  edges: readonly GraphEdge[],
  cardOf: ReadonlyMap<string, number>,
): [number, number][] {
  const seen = new Set<number>();
  const joined: [number, number][] = [];
  for (const edge of edges) {
    const from = cardOf.get(edge.from);
    const to = cardOf.get(edge.to);
    if (from === undefined || to === undefined || from === to) continue;
    const pair = from * cardOf.size + to;
    if (seen.has(pair)) continue;
    seen.add(pair);
    joined.push([from, to]);
  }
  return joined;
}

/** A hash (FNV-1a) over all that a layout is made of. */
function keyOf(cards: readonly Card[], input: LayoutInput): string {
  let hash = 2166136261;
  const mix = (value: number) => {
    hash = Math.imul(hash ^ value, 16777619);
  };
  for (const card of cards) {
    mix(card.isGroup ? 1 : 2);
    for (let i = 0; i < card.id.length; i++) mix(card.id.charCodeAt(i));
  }
  for (const list of [input.sources, input.targets, input.lanes, input.bands]) list.forEach(mix);
  mix(input.isDown ? 1 : 2);
  return `${cards.length}.${input.sources.length}.${hash >>> 0}`;
}
