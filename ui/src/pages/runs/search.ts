/** What the address of this page says beside its path. */
import type { RunFilter } from "@/api/queries";
import { list, text } from "@/app/address";

export type Search = RunFilter;

export function read(raw: Record<string, unknown>): Search {
  return {
    status: list(raw.status),
    job: text(raw.job),
    location: list(raw.location),
    since: text(raw.since),
    until: text(raw.until),
  };
}
