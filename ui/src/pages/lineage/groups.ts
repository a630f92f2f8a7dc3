/** Which groups are closed, as the address says it: all or none, and those that differ. */
import { groupOf } from "@/canvas/graph/graph";
import type { Search } from "./search";

/** Up to so many assets, groups are open unless the address says otherwise. */
export const OPEN_UP_TO = 150;

type Placed = readonly { location: string; group: string }[];

const isOpenByDefault = (nodes: Placed, search: Search): boolean =>
  search.groups === undefined ? nodes.length <= OPEN_UP_TO : search.groups === "open";

export function collapsedIn(nodes: Placed, search: Search): ReadonlySet<string> {
  const all = new Set(nodes.map(groupOf));
  const except = new Set(search.except);
  const isOpen = isOpenByDefault(nodes, search);
  return new Set([...all].filter((group) => except.has(group) === isOpen));
}

/** What the address says after some groups were opened or closed. */
export function toggled(nodes: Placed, search: Search, groups: readonly string[]): Partial<Search> {
  const except = new Set(search.except);
  for (const group of groups) {
    if (!except.delete(group)) except.add(group);
  }
  const base = isOpenByDefault(nodes, search) ? "open" : "closed";
  return { groups: base, except: except.size > 0 ? [...except].sort() : undefined };
}
