/** What the address of the overview says: how far back it looks, and by what its rows are. */
import { among } from "@/app/address";

export const WINDOWS = { "1h": 3_600, "6h": 21_600, "24h": 86_400, "7d": 604_800 } as const;
export type Window = keyof typeof WINDOWS;

export interface Search {
  window?: Window;
  by?: "what" | "location";
}

export function read(raw: Record<string, unknown>): Search {
  return {
    window: among(raw.window, Object.keys(WINDOWS) as Window[]),
    by: among(raw.by, ["what", "location"] as const),
  };
}
