/**
 * What this browser keeps of forms: the one that is being written, for this tab, so that loading
 * the page anew loses nothing; and the last ones that were launched.
 */
import { EMPTY, type Form } from "./form";

const WRITTEN = "atoll.launch";
const LAUNCHED = "atoll.launches";
const MOST_LAUNCHED = 5;

export interface Launched {
  form: Form;
  /** Seconds since the epoch. */
  at: number;
  runId: string;
}

/** Keep the form that is being written at an address. */
export function keepWritten(address: string, form: Form): void {
  write(() => sessionStorage, WRITTEN, { address, form });
}

/** The form that was being written at an address; null: none, or another one. */
export function writtenAt(address: string): Form | null {
  const kept = read(() => sessionStorage, WRITTEN);
  if (!isRecord(kept) || kept.address !== address) return null;
  return formFrom(kept.form);
}

/** The last forms that were launched, newest first. */
export function launched(): Launched[] {
  const kept = read(() => localStorage, LAUNCHED);
  return (Array.isArray(kept) ? kept : []).flatMap((each) => {
    const form = isRecord(each) ? formFrom(each.form) : null;
    return form !== null && isRecord(each) && typeof each.at === "number"
      ? [{ form, at: each.at, runId: String(each.runId) }]
      : [];
  });
}

/** Remember a launch; one that says the same as an earlier one takes its place. */
export function rememberLaunch(launch: Launched): void {
  const said = (form: Form) =>
    JSON.stringify({ ...form, tags: form.tags.map(({ name, value }) => [name, value]) });
  const others = launched().filter((each) => said(each.form) !== said(launch.form));
  write(() => localStorage, LAUNCHED, [launch, ...others].slice(0, MOST_LAUNCHED));
}

/** A form out of what another release, or someone else, may have written. */
function formFrom(kept: unknown): Form | null {
  if (!isRecord(kept) || !Array.isArray(kept.selections) || !Array.isArray(kept.tags)) return null;
  return {
    ...EMPTY,
    selections: kept.selections.map(String),
    job: typeof kept.job === "string" ? kept.job : null,
    location: typeof kept.location === "string" ? kept.location : null,
    ops: names(kept.ops),
    partition: names(kept.partition).slice(0, 2),
    checks: Array.isArray(kept.checks) ? names(kept.checks) : null,
    tags: kept.tags.filter(isRecord).map((tag, index) => ({
      id: index + 1,
      name: String(tag.name ?? ""),
      value: String(tag.value ?? ""),
    })),
    config: typeof kept.config === "string" ? kept.config : "",
  };
}

function names(kept: unknown): string[] {
  return Array.isArray(kept) ? kept.map(String) : [];
}

function read(storage: () => Storage, key: string): unknown {
  try {
    return JSON.parse(storage().getItem(key) ?? "null");
  } catch {
    return null; // a browser that keeps nothing, or something that is not ours
  }
}

function write(storage: () => Storage, key: string, value: unknown): void {
  try {
    storage().setItem(key, JSON.stringify(value));
  } catch {
    // It holds until the page is left, then.
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}
