import { list, text } from "@/app/address";

/** What the address of this page says beside its path: the part of the form that is short. */
export interface Search {
  /** Selections of assets. */
  select?: string[];
  job?: string;
  location?: string;
  /** A run whose form is copied. */
  from?: string;
  /** Tags, as `name=value`. */
  tag?: string[];
}

export function read(raw: Record<string, unknown>): Search {
  return {
    select: list(raw.select),
    job: text(raw.job),
    location: text(raw.location),
    from: text(raw.from),
    tag: list(raw.tag),
  };
}
