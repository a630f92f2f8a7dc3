import { among } from "@/app/address";

export const TABS = ["overview", "events", "plots", "config", "changes"] as const;
export type Tab = (typeof TABS)[number];

/** What the address of this page says beside its path. */
export interface Search {
  /** `overview` where it says nothing. */
  tab?: Tab;
}

export function read(raw: Record<string, unknown>): Search {
  return { tab: among(raw.tab, TABS) };
}
