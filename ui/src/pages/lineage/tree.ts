/** The graph as an outline: locations, groups, assets, and what each reads and is read by. Pure. */
import type { Adjacency, GraphNode } from "@/canvas/graph/graph";
import { groupsOf } from "@/canvas/graph/visible";

export interface TreeItem {
  /** Unlike that of any other item. */
  id: string;
  kind: "location" | "group" | "asset" | "upstream" | "downstream";
  name: string;
  level: number;
  /** Whether what is below it is shown; undefined: nothing is below it. */
  isOpen: boolean | undefined;
  /** Its place among those of its level below the same item, and how many there are. */
  place: number;
  of: number;
  /** How many assets are below it. */
  count: number;
}

/** The lines of the outline that are shown. */
export function outline(
  nodes: readonly GraphNode[],
  all: Adjacency,
  isClosed: (id: string) => boolean,
  openAssets: ReadonlySet<string>,
): TreeItem[] {
  const items: TreeItem[] = [];
  const groups = groupsOf(nodes);
  const locations = [...new Set(groups.map((group) => group.location))];
  locations.forEach((location, place) => {
    const own = groups.filter((group) => group.location === location);
    const id = `location ${location}`;
    const count = own.reduce((sum, group) => sum + group.members.length, 0);
    const isOpen = !isClosed(id);
    items.push({
      id,
      kind: "location",
      name: location,
      level: 1,
      isOpen,
      place,
      of: locations.length,
      count,
    });
    if (isOpen) for (const [at, group] of own.entries()) addGroup(items, group, at, own.length);
  });
  return items;

  function addGroup(
    into: TreeItem[],
    { id, group, members }: ReturnType<typeof groupsOf>[number],
    place: number,
    of: number,
  ): void {
    const isOpen = !isClosed(id);
    into.push({
      id,
      kind: "group",
      name: group,
      level: 2,
      isOpen,
      place,
      of,
      count: members.length,
    });
    if (!isOpen) return;
    for (const [at, node] of members.entries()) addAsset(into, node.id, at, members.length);
  }

  function addAsset(into: TreeItem[], key: string, place: number, of: number): void {
    const up = all.up.get(key) ?? [];
    const down = all.down.get(key) ?? [];
    const hasMore = up.length + down.length > 0;
    const isOpen = openAssets.has(key);
    into.push({
      id: key,
      kind: "asset",
      name: key,
      level: 3,
      isOpen: hasMore ? isOpen : undefined,
      place,
      of,
      count: 0,
    });
    if (!isOpen) return;
    const ends = [
      ...up.map((name) => ({ kind: "upstream" as const, name })),
      ...down.map((name) => ({ kind: "downstream" as const, name })),
    ];
    ends.forEach(({ kind, name }, at) => {
      into.push({
        id: `${key} ${kind} ${name}`,
        kind,
        name,
        level: 4,
        isOpen: undefined,
        place: at,
        of: ends.length,
        count: 0,
      });
    });
  }
}

/** To which line a key leads from one, as trees have it; undefined for other keys. */
export function nextIndex(
  items: readonly TreeItem[],
  index: number,
  key: string,
): number | undefined {
  switch (key) {
    case "ArrowDown":
    case "ArrowRight":
      return index + 1;
    case "ArrowUp":
      return index - 1;
    case "ArrowLeft":
      return parentOf(items, index);
    case "Home":
      return 0;
    case "End":
      return items.length - 1;
    case "PageDown":
      return index + PAGE;
    case "PageUp":
      return index - PAGE;
    default:
      return undefined;
  }
}

const PAGE = 12;

/** Where the line is that holds this one; itself at the top. */
function parentOf(items: readonly TreeItem[], index: number): number {
  const level = items[index]?.level ?? 1;
  for (let i = index - 1; i >= 0; i--) if ((items[i]?.level ?? 0) < level) return i;
  return index;
}
