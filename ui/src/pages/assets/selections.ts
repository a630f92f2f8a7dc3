/** Keys as selections of the server's grammar, short where whole groups are meant. */
import { quoted } from "@/api/selection";

interface Placed {
  key: string;
  location: string;
  group: string;
}

/** Fewer assets than this are rather named one by one. */
const GROUP_FROM = 4;

/** Which assets come along: those that are read, those that read. */
export type Along = "none" | "upstream" | "downstream";

/**
 * Selections that together choose the keys.
 *
 * @param assets all there are.
 */
export function selectionsOf(
  keys: Iterable<string>,
  assets: readonly Placed[],
  along: Along = "none",
): string[] {
  const left = new Set(keys);
  const groups = new Map<string, Placed[]>();
  for (const asset of assets) {
    const id = `code_location:${quoted(asset.location)} and group:${quoted(asset.group)}`;
    const group = groups.get(id);
    if (group) group.push(asset);
    else groups.set(id, [asset]);
  }
  const found: string[] = [];
  for (const [id, members] of groups) {
    if (members.length < GROUP_FROM || !members.every(({ key }) => left.has(key))) continue;
    for (const { key } of members) left.delete(key);
    found.push(joined(id, along, true));
  }
  return [...found, ...Array.from(left, (key) => joined(quoted(key), along, false))];
}

function joined(selection: string, along: Along, isComposed: boolean): string {
  if (along === "none") return selection;
  const inner = isComposed ? `(${selection})` : selection;
  return along === "upstream" ? `+${inner}` : `${inner}+`;
}
