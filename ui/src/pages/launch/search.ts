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
  /** Of a job of ops: selections of these. */
  op?: string[];
  /** One partition, or the first and the last of a range. */
  partition?: string[];
  /** Keys of checks, to evaluate only these; `none`: none. */
  check?: string[];
}

export function read(raw: Record<string, unknown>): Search {
  return {
    select: list(raw.select),
    job: text(raw.job),
    location: text(raw.location),
    from: text(raw.from),
    tag: list(raw.tag),
    op: list(raw.op),
    partition: list(raw.partition)?.slice(0, 2),
    check: list(raw.check),
  };
}
