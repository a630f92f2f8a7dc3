/** What the address of this page says beside its path. */
import { list } from "@/app/address";

export interface Search {
  group?: string[];
  location?: string[];
}

export function read(raw: Record<string, unknown>): Search {
  return { group: list(raw.group), location: list(raw.location) };
}
