/** Finding one's way in a JSON Schema: what it says of the value at a path. Pure. */
import { isMapping, type Path } from "./mapping";

export type Schema = Readonly<Record<string, unknown>>;

/** References may lead in circles. */
const MOST_STEPS = 40;

/** The schema that a reference leads to, joined with what stands beside it. */
export function resolved(schema: unknown, root: Schema): Schema {
  let found = isMapping(schema) ? schema : {};
  for (let step = 0; step < MOST_STEPS; step++) {
    if (typeof found.$ref === "string") {
      const { $ref, ...beside } = found;
      const target = pointed(root, String($ref));
      found = { ...(isMapping(target) ? target : {}), ...beside };
    } else if (Array.isArray(found.allOf) && found.allOf.length > 0) {
      const { allOf, ...beside } = found;
      found = (allOf as unknown[]).reduce<Schema>(
        (all, part) => joined(all, isMapping(part) ? part : {}),
        beside,
      );
    } else break;
  }
  return found;
}

function joined(one: Schema, other: Schema): Schema {
  const properties = { ...asMapping(other.properties), ...asMapping(one.properties) };
  const required = [...asList(one.required), ...asList(other.required)];
  return { ...other, ...one, properties, required };
}

/** What `#/$defs/Name` stands for; references elsewhere lead nowhere. */
function pointed(root: Schema, reference: string): unknown {
  if (!reference.startsWith("#")) return undefined;
  let found: unknown = root;
  for (const part of reference.slice(1).split("/").slice(1)) {
    const name = decodeURIComponent(part).replaceAll("~1", "/").replaceAll("~0", "~");
    if (Array.isArray(found)) found = found[Number(name)];
    else found = isMapping(found) && Object.hasOwn(found, name) ? found[name] : undefined;
  }
  return found;
}

/** The ways in which a value may be: those of `anyOf` and `oneOf` without null, or itself. */
export function variants(schema: unknown, root: Schema): Schema[] {
  const whole = resolved(schema, root);
  const ways = [...asList(whole.anyOf), ...asList(whole.oneOf)];
  if (ways.length === 0) return [whole];
  const found = ways.flatMap((way) => variants(way, root)).filter((way) => way.type !== "null");
  return found.length > 0 ? found : [whole];
}

/** What the schema says of the value at a path; null: nothing. */
export function schemaAt(root: Schema, path: Path): Schema | null {
  let here: unknown = root;
  for (const step of path) {
    const next = variants(here, root).map((way) => child(way, step));
    const known = next.find((each) => each !== undefined);
    if (known === undefined) return null;
    here = known;
  }
  return resolved(here, root);
}

function child(schema: Schema, step: string | number): unknown {
  if (typeof step === "number") {
    return asList(schema.prefixItems)[step] ?? (schema.items === false ? undefined : schema.items);
  }
  const properties = asMapping(schema.properties);
  if (Object.hasOwn(properties, step)) return properties[step];
  return isMapping(schema.additionalProperties) ? schema.additionalProperties : undefined;
}

/** The fields that a mapping at a path may have, by name. */
export function fieldsAt(root: Schema, path: Path): Map<string, Schema> {
  const here = schemaAt(root, path);
  const fields = new Map<string, Schema>();
  for (const way of here === null ? [] : variants(here, root)) {
    for (const [name, field] of Object.entries(asMapping(way.properties))) {
      if (!fields.has(name)) fields.set(name, resolved(field, root));
    }
  }
  return fields;
}

/** The names of fields that must be given. */
export function requiredOf(schema: Schema): string[] {
  return asList(schema.required).filter((name) => typeof name === "string") as string[];
}

const WORDS: Readonly<Record<string, string>> = {
  string: "text",
  integer: "a whole number",
  number: "a number",
  boolean: "true or false",
  object: "fields",
  array: "a list",
  null: "null",
};

/** What a value may be, in words: `a whole number`, `text or null`, `"a" or "b"`. */
export function typeText(schema: unknown, root: Schema): string {
  const whole = resolved(schema, root);
  const ways = [...asList(whole.anyOf), ...asList(whole.oneOf)];
  if (ways.length > 0) return either(ways.map((way) => typeText(way, root)));
  if (Array.isArray(whole.enum)) return either(whole.enum.map((each) => JSON.stringify(each)));
  if (whole.const !== undefined) return JSON.stringify(whole.const);
  if (whole.type === "array" && isMapping(whole.items)) {
    return `a list of ${typeText(whole.items, root)}`;
  }
  const types = asList(whole.type ?? []).map((type) => WORDS[String(type)] ?? String(type));
  return types.length > 0 ? either(types) : "any value";
}

function either(words: string[]): string {
  const known = [...new Set(words)];
  const last = known.pop() ?? "";
  return known.length > 0 ? `${known.join(", ")} or ${last}` : last;
}

export function asList(value: unknown): unknown[] {
  return Array.isArray(value) ? value : value === undefined || value === null ? [] : [value];
}

export function asMapping(value: unknown): Readonly<Record<string, unknown>> {
  return isMapping(value) ? value : {};
}
