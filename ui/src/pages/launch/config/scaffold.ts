/** Writing a config's fields out, with their defaults. Pure. */
import { isMap, isScalar, parseDocument, type Scalar, stringify } from "yaml";
import { isMapping, merge, type Path } from "./mapping";
import { asMapping, requiredOf, resolved, type Schema, typeText, variants } from "./schema";
import { isJson, readConfig } from "./text";

export type Extent = "all" | "required";

const MOST_DEPTH = 12;

interface Scaffold {
  value: Record<string, unknown>;
  /** Places that hold no default and have to be filled in, with what may stand there. */
  blanks: { path: Path; about: string }[];
}

/**
 * The config text with the fields that it lacks written out: what was written, comments included,
 * stays as it is.
 *
 * @param below what holds already where the text says nothing, such as a job's own config: it
 *   needs no scaffold.
 */
export function scaffolded(
  text: string,
  schema: Schema,
  extent: Extent,
  below: Readonly<Record<string, unknown>> = {},
): string {
  const { value } = readConfig(text);
  if (value === null) return text;
  const { value: whole, blanks } = scaffold(schema, extent);
  if (isJson(text)) return `${JSON.stringify(merge(whole, merge(below, value)), null, 2)}\n`;
  const document = parseDocument(text);
  if (!isMap(document.contents)) document.contents = document.createNode({}) as never;
  const known = merge(below, value);
  const added = new Set<string>();
  for (const [path, each] of lacking(whole, known, [])) {
    document.setIn(path, document.createNode(each));
    added.add(JSON.stringify(path));
  }
  for (const { path, about } of blanks) {
    const isNew = path.some((_, index) => added.has(JSON.stringify(path.slice(0, index + 1))));
    const node = isNew ? document.getIn(path, true) : undefined;
    if (isScalar(node)) (node as Scalar).comment = ` required: ${about}`;
  }
  const written = document.toString();
  return written.trim() === "{}" ? "" : written;
}

/** A config as text. */
export function configText(config: Readonly<Record<string, unknown>>): string {
  return Object.keys(config).length === 0 ? "" : stringify(config);
}

/** The largest parts of `whole` that `known` has nothing of. */
function* lacking(whole: unknown, known: unknown, path: Path): Generator<[Path, unknown]> {
  if (!isMapping(whole) || !isMapping(known)) return;
  for (const [name, value] of Object.entries(whole)) {
    const here = [...path, name];
    if (!Object.hasOwn(known, name) || known[name] === null) yield [here, value];
    else yield* lacking(value, known[name], here);
  }
}

/** A value that has the fields of a schema. */
export function scaffold(schema: Schema, extent: Extent): Scaffold {
  const blanks: Scaffold["blanks"] = [];
  const value = fields(schema, schema, extent, [], blanks);
  return { value: isMapping(value) ? value : {}, blanks };
}

function fields(
  schema: Schema,
  root: Schema,
  extent: Extent,
  path: Path,
  blanks: Scaffold["blanks"],
): Record<string, unknown> {
  const required = new Set(requiredOf(schema));
  const found: Record<string, unknown> = {};
  for (const [name, raw] of Object.entries(asMapping(schema.properties))) {
    const field = resolved(raw, root);
    const here = [...path, name];
    const isFrame = field.type === "object" && field.properties !== undefined;
    if (extent === "required" && !required.has(name)) {
      // A step stands in its frame (`ops: STEP: config:`), which is not required itself.
      if (!isFrame || field.default !== undefined) continue;
      const inside = fields(field, root, extent, here, blanks);
      if (Object.keys(inside).length > 0) found[name] = inside;
      continue;
    }
    const value = filled(field, root, extent, here, blanks);
    if (value !== undefined) found[name] = value;
  }
  return found;
}

function filled(
  field: Schema,
  root: Schema,
  extent: Extent,
  path: Path,
  blanks: Scaffold["blanks"],
): unknown {
  if (field.default !== undefined) return field.default;
  const way = variants(field, root)[0] ?? {};
  if (way.default !== undefined) return way.default;
  if (way.const !== undefined) return way.const;
  if (way.type === "object") {
    if (path.length > MOST_DEPTH) return {};
    const inside = fields(way, root, extent, path, blanks);
    // A frame without fields says nothing: a step that takes no config.
    return Object.keys(inside).length > 0 || way.properties === undefined ? inside : undefined;
  }
  blanks.push({ path, about: typeText(field, root) });
  if (Array.isArray(way.enum)) return way.enum[0];
  const type = Array.isArray(way.type) ? way.type[0] : way.type;
  if (type === "integer" || type === "number")
    return typeof way.minimum === "number" ? way.minimum : 0;
  if (type === "boolean") return false;
  if (type === "array") return [];
  return type === "string" ? "" : null;
}
