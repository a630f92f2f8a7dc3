import { among, list, text } from "@/app/address";

export const TABS = [
  "overview",
  "partitions",
  "checks",
  "events",
  "plots",
  "config",
  "changes",
] as const;
export type Tab = (typeof TABS)[number];

/** What the address of this page says beside its path. */
export interface Search {
  /** `overview` where it says nothing. */
  tab?: Tab;
  /** By which the keys of the partitions are narrowed, and their order. */
  status?: string[];
  search?: string;
  order?: "ascending";
  /** The partitions that are chosen, from the first to the last. */
  from?: string;
  to?: string;
  /** The partition that is looked at. */
  partition?: string;
  /** The name of the check that is looked at. */
  check?: string;
}

export function read(raw: Record<string, unknown>): Search {
  return {
    tab: among(raw.tab, TABS),
    status: list(raw.status),
    search: text(raw.search),
    order: among(raw.order, ["ascending"] as const),
    from: text(raw.from),
    to: text(raw.to),
    partition: text(raw.partition),
    check: text(raw.check),
  };
}
