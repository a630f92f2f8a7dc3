/** What the addresses of the deployment's pages say beside their paths. */
import { among } from "@/app/address";

export const TABS = ["locations", "capacity", "configuration", "storage"] as const;
export type Tab = (typeof TABS)[number];

export interface Search {
  tab?: Tab;
}

export function read(raw: Record<string, unknown>): Search {
  return { tab: among(raw.tab, TABS) };
}

export const LOCATION_TABS = ["overview", "log", "packages", "changes"] as const;

export interface LocationSearch {
  tab?: (typeof LOCATION_TABS)[number];
  stream?: "stdout" | "stderr";
}

export function readLocation(raw: Record<string, unknown>): LocationSearch {
  return {
    tab: among(raw.tab, LOCATION_TABS),
    stream: among(raw.stream, ["stdout", "stderr"] as const),
  };
}
