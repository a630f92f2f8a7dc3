import { among, list, text } from "@/app/address";

export const SORTS = ["key", "status", "location", "group", "at"] as const;
export type Sort = (typeof SORTS)[number];
export const GROUPINGS = ["location", "group"] as const;

/** What the address of this page says beside its path. */
export interface Search {
  /** Part of the key. */
  q?: string;
  /** A selection in the server's grammar. */
  select?: string;
  status?: string[];
  group?: string[];
  location?: string[];
  kind?: string[];
  /** `name=value`. */
  tag?: string[];
  owner?: string[];
  by?: (typeof GROUPINGS)[number];
  sort?: Sort;
  order?: "desc";
}

export function read(raw: Record<string, unknown>): Search {
  return {
    q: text(raw.q),
    select: text(raw.select),
    status: list(raw.status),
    group: list(raw.group),
    location: list(raw.location),
    kind: list(raw.kind),
    tag: list(raw.tag),
    owner: list(raw.owner),
    by: among(raw.by, GROUPINGS),
    sort: among(raw.sort, SORTS),
    order: among(raw.order, ["desc"] as const),
  };
}
