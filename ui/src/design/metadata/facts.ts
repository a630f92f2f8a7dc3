/**
 * Metadata as it travels, read into what can be shown. Pure.
 *
 * User code writes it, so nothing is taken on trust: a value that is not of its kind's shape is
 * shown as JSON, and an address that is not http is shown as text.
 */

/** Name to `{"type": KIND, "value": JSON}`, as the SDK writes it. */
export type Entries = Readonly<Record<string, unknown>>;

export interface Column {
  name: string;
  type: string;
  description: string | null;
  tags: readonly string[];
  constraints: readonly string[];
}

export interface Place {
  file: string | null;
  line: number | null;
  url: string | null;
  label: string | null;
}

export type Fact =
  | { is: "text" | "markdown" | "artifact"; text: string }
  | { is: "number"; value: number; isWhole: boolean }
  | { is: "bool"; value: boolean }
  | { is: "null" }
  | { is: "json"; value: unknown }
  | { is: "url"; href: string }
  | { is: "path" | "notebook"; path: string }
  | { is: "moment"; at: number }
  | { is: "asset"; key: string }
  | { is: "job"; name: string; location: string | null }
  | { is: "run"; id: string }
  | { is: "pool"; name: string }
  | { is: "table"; columns: readonly Column[]; rows: readonly Readonly<Record<string, unknown>>[] }
  | { is: "schema"; columns: readonly Column[]; constraints: readonly string[] }
  | { is: "lineage"; columns: readonly { name: string; sources: readonly Source[] }[] }
  | { is: "code"; places: readonly Place[] };

export interface Source {
  asset: string;
  column: string;
}

type Reader = (value: unknown) => Fact | null;

/** Past this a moment is no date that a browser knows. */
const MOST_SECONDS = 8.64e12;

const NUMBERS: Readonly<Record<string, number>> = {
  Infinity: Number.POSITIVE_INFINITY,
  "-Infinity": Number.NEGATIVE_INFINITY,
  NaN: Number.NaN,
};

const READERS: Readonly<Record<string, Reader>> = {
  text: (value) => (typeof value === "string" ? { is: "text", text: value } : null),
  md: (value) => (typeof value === "string" ? { is: "markdown", text: value } : null),
  python_artifact: (value) => (typeof value === "string" ? { is: "artifact", text: value } : null),
  int: (value) => number(value, true),
  float: (value) => number(value, false),
  bool: (value) => (typeof value === "boolean" ? { is: "bool", value } : null),
  null: () => ({ is: "null" }),
  json: (value) => ({ is: "json", value }),
  url: (value) => {
    if (typeof value !== "string") return null;
    const href = httpAddress(value);
    return href === null ? { is: "text", text: value } : { is: "url", href };
  },
  path: (value) => (typeof value === "string" ? { is: "path", path: value } : null),
  notebook: (value) => (typeof value === "string" ? { is: "notebook", path: value } : null),
  timestamp: (value) =>
    typeof value === "number" && Math.abs(value) <= MOST_SECONDS
      ? { is: "moment", at: value }
      : null,
  asset: (value) =>
    typeof value === "string" && value !== "" ? { is: "asset", key: value } : null,
  job,
  run: (value) => (typeof value === "string" && value !== "" ? { is: "run", id: value } : null),
  pool: (value) => (typeof value === "string" && value !== "" ? { is: "pool", name: value } : null),
  table,
  table_schema: schema,
  column_lineage: lineage,
  code_references: code,
};

/** What an entry says. */
export function read(entry: unknown): Fact {
  if (!isRecord(entry) || typeof entry.type !== "string") return { is: "json", value: entry };
  const reader = Object.hasOwn(READERS, entry.type) ? READERS[entry.type] : undefined;
  return reader?.(entry.value) ?? { is: "json", value: entry.value };
}

/** The kind that an entry names; a word for people. */
export function kindOf(entry: unknown): string {
  const kind = isRecord(entry) && typeof entry.type === "string" ? entry.type : "json";
  return kind === "md" ? "markdown" : kind.replaceAll("_", " ");
}

/** The number that an entry holds and that can be plotted; null: none. */
export function numberOf(entry: unknown): number | null {
  const fact = read(entry);
  return fact.is === "number" && Number.isFinite(fact.value) ? fact.value : null;
}

/** The address if it is http or https, written out; null for any other. */
export function httpAddress(text: string): string | null {
  try {
    const url = new URL(text.trim());
    return ["http:", "https:"].includes(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}

function number(value: unknown, isWhole: boolean): Fact | null {
  if (typeof value === "number") return { is: "number", value, isWhole };
  if (typeof value === "string" && Object.hasOwn(NUMBERS, value)) {
    return { is: "number", value: NUMBERS[value] as number, isWhole };
  }
  return null;
}

function job(value: unknown): Fact | null {
  if (!isRecord(value) || typeof value.name !== "string") return null;
  return { is: "job", name: value.name, location: textOrNull(value.location) };
}

function table(value: unknown): Fact | null {
  if (!isRecord(value) || !Array.isArray(value.records)) return null;
  const rows = value.records.filter(isRecord);
  if (rows.length !== value.records.length) return null;
  const known = columnsOf(value.schema) ?? [];
  const columns = known.length > 0 ? known : Object.keys(rows[0] ?? {}).map(plainColumn);
  return { is: "table", columns, rows };
}

function schema(value: unknown): Fact | null {
  const columns = columnsOf(value);
  if (columns === null) return null;
  const of = isRecord(value) ? value.constraints : null;
  return { is: "schema", columns, constraints: constraintsOf(of) };
}

function lineage(value: unknown): Fact | null {
  if (!isRecord(value)) return null;
  const columns = Object.entries(value).map(([name, sources]) => ({
    name,
    sources: (Array.isArray(sources) ? sources : []).flatMap((each) =>
      isRecord(each) && typeof each.asset === "string" && typeof each.column === "string"
        ? [{ asset: each.asset, column: each.column }]
        : [],
    ),
  }));
  return { is: "lineage", columns };
}

function code(value: unknown): Fact | null {
  const list = isRecord(value) ? value.code_references : value;
  if (!Array.isArray(list)) return null;
  const places = list.filter(isRecord).map((each) => ({
    file: textOrNull(each.file_path ?? each.file),
    line: wholeOrNull(each.line_number ?? each.line),
    url: typeof each.url === "string" ? httpAddress(each.url) : null,
    label: textOrNull(each.label),
  }));
  return places.every((place) => place.file !== null || place.url !== null)
    ? { is: "code", places }
    : null;
}

function columnsOf(value: unknown): Column[] | null {
  if (!isRecord(value) || !Array.isArray(value.columns)) return null;
  return value.columns.filter(isRecord).map((column) => ({
    name: String(column.name ?? ""),
    type: String(column.type ?? ""),
    description: textOrNull(column.description),
    tags: isRecord(column.tags)
      ? Object.entries(column.tags).map(([name, tag]) => (tag ? `${name}=${String(tag)}` : name))
      : [],
    constraints: constraintsOf(column.constraints),
  }));
}

/** `{"nullable": false, "unique": true, "other": […]}` as words. */
function constraintsOf(value: unknown): string[] {
  if (!isRecord(value)) return [];
  const other = Array.isArray(value.other) ? value.other.map(String) : [];
  return [
    ...(value.nullable === false ? ["not null"] : []),
    ...(value.unique === true ? ["unique"] : []),
    ...other,
  ];
}

function plainColumn(name: string): Column {
  return { name, type: "", description: null, tags: [], constraints: [] };
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}

function textOrNull(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}

function wholeOrNull(value: unknown): number | null {
  return typeof value === "number" && Number.isInteger(value) ? value : null;
}
