import { text } from "@/app/address";

/** What the address of a job's page says beside its path. */
export interface Search {
  /** Where it lies, if several have one of its name. */
  location?: string;
  /** The step that is looked at. */
  step?: string;
}

export function read(raw: Record<string, unknown>): Search {
  return { location: text(raw.location), step: text(raw.step) };
}

/** What the address of the list of jobs says: a part of their names. */
export interface ListSearch {
  q?: string;
}

export function readList(raw: Record<string, unknown>): ListSearch {
  return { q: text(raw.q) };
}
