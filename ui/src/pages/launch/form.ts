/**
 * The one form from which a run is launched. Pure.
 *
 * Its parts never erase each other: config stays as it was written whatever is selected, and a
 * selection stays whatever the config says.
 */
import { ApiProblem, type Schemas } from "@/api/client";
import { boundsOf } from "@/design/partitions";
import { configText } from "./config/scaffold";
import type { Search } from "./search";

export type Launch = Schemas["Launch"];

export interface Tag {
  /** Tells rows apart while they are written. */
  id: number;
  name: string;
  value: string;
}

export interface Form {
  /** Of assets, joined by or; of a job: what of it. */
  selections: readonly string[];
  job: string | null;
  /** Where the job lies, where that has to be said. */
  location: string | null;
  /** Of a job of ops: which of them; none: all. */
  ops: readonly string[];
  /** One partition, or the first and the last of a range; none: of nothing that has partitions. */
  partition: readonly string[];
  /** Keys of checks; null: those of what is made. */
  checks: readonly string[] | null;
  tags: readonly Tag[];
  /** As it was written. */
  config: string;
}

export type Change =
  | { do: "select"; selections: readonly string[] }
  | { do: "choose job"; job: string | null; location: string | null }
  | { do: "select ops"; ops: readonly string[] }
  | { do: "choose partition"; partition: readonly string[] }
  | { do: "choose checks"; checks: readonly string[] | null }
  | { do: "add tag"; name?: string; value?: string }
  | { do: "write tag"; id: number; name?: string; value?: string }
  | { do: "remove tag"; id: number }
  | { do: "write config"; text: string }
  | { do: "take"; form: Form };

export const EMPTY: Form = {
  selections: [],
  job: null,
  location: null,
  ops: [],
  partition: [],
  checks: null,
  tags: [],
  config: "",
};

/** What an address says where no check is to be evaluated. */
const NO_CHECKS = "none";

/** Tags by which the server links a run to others, or that the form has a field for. */
const NOT_COPIED = new Set(
  [
    "parent_run_id",
    "root_run_id",
    "retry_number",
    "partition",
    "asset_partition_range_start",
    "asset_partition_range_end",
  ].flatMap((name) => [`atoll/${name}`, `dagster/${name}`]),
);

export function reduce(form: Form, change: Change): Form {
  switch (change.do) {
    case "select":
      return { ...form, selections: told(change.selections) };
    case "select ops":
      return { ...form, ops: told(change.ops) };
    case "choose partition":
      return { ...form, partition: change.partition };
    case "choose checks":
      return { ...form, checks: change.checks && told(change.checks) };
    case "choose job":
      return { ...form, job: change.job, location: change.job === null ? null : change.location };
    case "add tag": {
      const id = 1 + Math.max(0, ...form.tags.map((tag) => tag.id));
      const tag = { id, name: change.name ?? "", value: change.value ?? "" };
      return { ...form, tags: [...form.tags, tag] };
    }
    case "write tag": {
      const { id, name, value } = change;
      const tags = form.tags.map((tag) =>
        tag.id === id ? { id, name: name ?? tag.name, value: value ?? tag.value } : tag,
      );
      return { ...form, tags };
    }
    case "remove tag":
      return { ...form, tags: form.tags.filter((tag) => tag.id !== change.id) };
    case "write config":
      return change.text === form.config ? form : { ...form, config: change.text };
    case "take":
      return change.form;
  }
}

/** What is written in a field of chips: each once, without blanks. */
function told(texts: readonly string[]): readonly string[] {
  return [...new Set(texts.map((text) => text.trim()).filter((text) => text !== ""))];
}

/** The form that an address asks for. */
export function formOf(search: Search, config = ""): Form {
  const tags = (search.tag ?? []).map((text, index) => {
    const at = text.indexOf("=");
    const [name, value] = at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
    return { id: index + 1, name, value };
  });
  const asked: Form = {
    ...EMPTY,
    job: search.job ?? null,
    location: search.job ? (search.location ?? null) : null,
    ops: search.op ?? [],
    partition: search.partition ?? [],
    checks: search.check ? search.check.filter((key) => key !== NO_CHECKS) : null,
    tags,
    config,
  };
  return reduce(asked, { do: "select", selections: search.select ?? [] });
}

/** The address of a form: all but its config, which is too long for one. */
export function addressOf(form: Form): Search {
  const tags = form.tags.filter((tag) => tag.name !== "");
  return {
    select: form.selections.length > 0 ? [...form.selections] : undefined,
    job: form.job ?? undefined,
    location: form.location ?? undefined,
    op: form.ops.length > 0 ? [...form.ops] : undefined,
    partition: form.partition.length > 0 ? [...form.partition] : undefined,
    check:
      form.checks === null ? undefined : form.checks.length > 0 ? [...form.checks] : [NO_CHECKS],
    tag: tags.length > 0 ? tags.map((tag) => `${tag.name}=${tag.value}`) : undefined,
  };
}

/** The form that would launch a run once more. */
export function formOfRun(run: Schemas["Run"]): Form {
  const tags = Object.entries(run.tags ?? {})
    .filter(([name]) => !NOT_COPIED.has(name))
    .map(([name, value], index) => ({ id: index + 1, name, value: String(value) }));
  const isOfJob = typeof run.job === "string" && !run.job.startsWith("__");
  return {
    selections: [...(run.selection ?? [])],
    job: isOfJob ? (run.job ?? null) : null,
    location: null,
    ops: [],
    partition: run.partition ? boundsOf(run.partition) : [],
    checks: null,
    tags,
    config: configText(run.config ?? {}),
  };
}

/** What `POST /runs` and `POST /runs/plan` take. */
export function launchOf(form: Form, config: Readonly<Record<string, unknown>>): Launch {
  const [first, last] = form.partition.filter((key) => key !== "");
  return {
    assets: [...form.selections],
    job: form.job,
    location: form.location,
    config: { ...config },
    partition: first !== undefined && last === undefined ? first : null,
    partition_range: first !== undefined && last !== undefined ? [first, last] : null,
    checks: form.checks === null ? null : [...form.checks],
    ops: form.job === null ? [] : [...form.ops],
    tags: Object.fromEntries(
      form.tags.filter((tag) => tag.name !== "").map((tag) => [tag.name.trim(), tag.value]),
    ),
  };
}

/** Whether it says what to make. */
export function hasSubject(form: Form): boolean {
  return form.job !== null || form.selections.length > 0 || (form.checks ?? []).length > 0;
}

/** What is wrong with a tag as far as can be told here; null: nothing. */
export function tagMistake(form: Form, tag: Tag): string | null {
  if (tag.name.trim() === "") return tag.value === "" ? null : "This value needs a name.";
  const isTwice = form.tags.some(
    (other) => other.id !== tag.id && other.name.trim() === tag.name.trim(),
  );
  return isTwice ? "This name is there twice." : null;
}

export type Field = "selection" | "job" | "partition" | "checks" | "tags" | "config" | "form";

const FIELDS: readonly (readonly [RegExp, Field])[] = [
  [/^(partition\.|asset\.no_partitions$)/, "partition"],
  [/^check\./, "checks"],
  [/^plan\.not_supported$/, "form"],
  [/^(selection|plan|asset)\./, "selection"],
  [/^job\./, "job"],
  [/^location\.unknown$/, "job"],
  [/^run\.bad_tag$/, "tags"],
  [/^config\./, "config"],
];

/** The field that a problem of the server's concerns. */
export function fieldOf(problem: unknown): Field {
  if (!(problem instanceof ApiProblem)) return "form";
  return FIELDS.find(([code]) => code.test(problem.code))?.[1] ?? "form";
}

/** The tag that a problem names; null: none of them. */
export function tagOf(problem: unknown, tags: readonly Tag[]): Tag | null {
  if (!(problem instanceof ApiProblem) || problem.code !== "run.bad_tag") return null;
  const words = problem.message.split(/[\s",;]+/);
  return tags.find((tag) => words.includes(tag.name)) ?? null;
}

/** A form in a few words, for lists of them. */
export function titleOf(form: Form): string {
  const what = form.job === null ? form.selections : [...form.selections, ...form.ops];
  const chosen = what.join(", ");
  if (form.job === null) return chosen || (form.checks ?? []).join(", ") || "Nothing selected";
  return chosen ? `${form.job}: ${chosen}` : form.job;
}
