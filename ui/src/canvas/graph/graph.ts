/** What the graph canvas is given: nodes, edges, and how they stand. Plain data. */

/** Which way the edges go. */
export type Direction = "right" | "down";

export interface GraphNode {
  /** Also what it is called on screen; `a/b/c` is shown with its last part in front. */
  id: string;
  location: string;
  group: string;
  kinds: readonly string[];
}

/** From what is read to what is made of it. */
export interface GraphEdge {
  from: string;
  to: string;
}

/** How a node stands: a status of `design/status.ts`, and when it was last made. */
export interface GraphStanding {
  /** Of an asset where it says nothing. */
  kind?: "asset" | "step";
  status: string;
  /** How many checks of it last failed; none where it says nothing. */
  failedChecks?: number;
  at: number | null;
}

/** The id of a group of a location; groups of one name in two locations are two. */
export const groupOf = (node: { location: string; group: string }): string =>
  `${node.location}:${node.group}`;

/** Who reads whom, both ways; ends that are not among the nodes are left out. */
export interface Adjacency {
  readonly up: ReadonlyMap<string, readonly string[]>;
  readonly down: ReadonlyMap<string, readonly string[]>;
}

export function adjacency(
  nodes: readonly { id: string }[],
  edges: readonly GraphEdge[],
): Adjacency {
  const up = new Map<string, string[]>(nodes.map((node) => [node.id, []]));
  const down = new Map<string, string[]>(nodes.map((node) => [node.id, []]));
  for (const { from, to } of edges) {
    if (!up.has(from) || !up.has(to)) continue;
    up.get(to)?.push(from);
    down.get(from)?.push(to);
  }
  return { up, down };
}

/** All that is reached from `starts` along `next`, without the starts themselves. */
export function reach(
  starts: Iterable<string>,
  next: ReadonlyMap<string, readonly string[]>,
  layers = Number.POSITIVE_INFINITY,
): Set<string> {
  const seen = new Set(starts);
  const first = [...seen];
  let front = first;
  for (let layer = 0; layer < layers && front.length > 0; layer++) {
    const beyond: string[] = [];
    for (const id of front) {
      for (const other of next.get(id) ?? []) {
        if (seen.has(other)) continue;
        seen.add(other);
        beyond.push(other);
      }
    }
    front = beyond;
  }
  for (const id of first) seen.delete(id);
  return seen;
}
