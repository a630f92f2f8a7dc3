/** Whether a config fits its JSON Schema, told in sentences with a place each. Pure. */
import { type OutputUnit, Validator } from "@cfworker/json-schema";
import { isMapping, type Path } from "./mapping";
import { nearest } from "./nearest";
import { asList, asMapping, resolved, type Schema, typeText } from "./schema";

export interface Mistake {
  /** Of the value that is wrong; of a missing field, that which should hold it. */
  path: Path;
  message: string;
  /** Whether it is the name that is wrong, not the value. */
  isAboutKey: boolean;
}

/** Schemas may hold themselves. */
const MOST_DEPTH = 8;

/** Only say that something below them is wrong, which then follows. */
const WRAPPERS = new Set(
  "$ref $dynamicRef allOf properties patternProperties items prefixItems additionalItems".split(
    " ",
  ),
);

/** What a config does wrong by its schema; a schema that cannot be read finds nothing wrong. */
export function check(schema: Schema, config: unknown): Mistake[] {
  const root = lenient(schema) as Schema;
  let errors: OutputUnit[];
  try {
    // It writes into the schema that it is given: this is our own copy.
    errors = new Validator(root as object, "2020-12", false).validate(config).errors;
  } catch {
    return [];
  }
  return leaves(located(errors), "#", (unit) => mistakesOf(unit, root, config)).filter(
    (mistake) => !isFromEnvironment(config, mistake.path),
  );
}

/**
 * Without what Python judges otherwise than JSON Schema does: patterns of its own kind, formats
 * (it reads more dates), and lists that become sets.
 */
function lenient(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(lenient);
  if (!isMapping(schema)) return schema;
  const kept = Object.entries(schema).filter(([name, value]) => {
    if (name === "format") return typeof value !== "string";
    if (name === "uniqueItems") return typeof value !== "boolean";
    return !(name === "pattern" && typeof value === "string" && !isPattern(value));
  });
  return Object.fromEntries(
    kept.map(([name, value]) => [
      name,
      ["default", "const", "enum", "examples"].includes(name) ? value : lenient(value),
    ]),
  );
}

function isPattern(text: string): boolean {
  try {
    new RegExp(text, "u");
    return true;
  } catch {
    return false;
  }
}

/** Errors of a `false` schema say where they are in the value only; each follows its wrapper. */
function located(errors: readonly OutputUnit[]): OutputUnit[] {
  return errors.map((error, index) =>
    error.keyword === "false"
      ? { ...error, keywordLocation: `${errors[index - 1]?.keywordLocation ?? "#"}/false` }
      : error,
  );
}

function leaves(
  errors: readonly OutputUnit[],
  at: string,
  tell: (unit: OutputUnit) => Mistake[],
): Mistake[] {
  const found: Mistake[] = [];
  for (let index = 0; index < errors.length; index++) {
    const unit = errors[index] as OutputUnit;
    const inside = (each: OutputUnit) =>
      each.keywordLocation.startsWith(`${unit.keywordLocation}/`);
    if (unit.keyword === "anyOf" || unit.keyword === "oneOf") {
      let end = index + 1;
      while (end < errors.length && inside(errors[end] as OutputUnit)) end++;
      found.push(...ofAlternatives(unit, errors.slice(index + 1, end), tell));
      index = end - 1;
    } else if (!WRAPPERS.has(unit.keyword) && !isWrapping(unit, errors[index + 1])) {
      found.push(...tell(unit));
    }
  }
  return at === "#" ? distinct(found) : found;
}

/** `additionalProperties` and the like hold either `false` or a schema: what follows says it. */
function isWrapping(unit: OutputUnit, next: OutputUnit | undefined): boolean {
  return (
    /^(additional|unevaluated)(Properties|Items)$/.test(unit.keyword) &&
    next?.keywordLocation.startsWith(`${unit.keywordLocation}/`) === true
  );
}

/** Of several ways in which a value may be, the mistakes by that which it comes nearest to. */
function ofAlternatives(
  unit: OutputUnit,
  below: readonly OutputUnit[],
  tell: (unit: OutputUnit) => Mistake[],
): Mistake[] {
  const ways = new Map<string, OutputUnit[]>();
  for (const each of below) {
    const way = each.keywordLocation.slice(unit.keywordLocation.length + 1).split("/", 1)[0] ?? "";
    ways.set(way, [...(ways.get(way) ?? []), each]);
  }
  const depth = unit.instanceLocation.split("/").length;
  const meant = [...ways.values()].filter((errors) =>
    errors.some(
      (each) =>
        each.instanceLocation.split("/").length > depth ||
        !["type", "const", "enum", "$ref", "allOf"].includes(each.keyword),
    ),
  );
  // What says by a constant which way it goes is no way for what says otherwise.
  const fitting = meant.filter((errors) => errors.every((each) => each.keyword !== "const"));
  const [way, ...others] = fitting.length > 0 ? fitting : meant;
  if (way && others.length === 0) return leaves(way, unit.keywordLocation, tell);
  return tell(unit);
}

function distinct(mistakes: readonly Mistake[]): Mistake[] {
  const seen = new Map(mistakes.map((each) => [JSON.stringify([each.path, each.message]), each]));
  return [...seen.values()];
}

/** A value may be `{"env": NAME}` wherever it stands: it is read when the step runs. */
function isFromEnvironment(config: unknown, path: Path): boolean {
  let here: unknown = config;
  for (let depth = 0; ; depth++) {
    if (isMapping(here) && Object.keys(here).length === 1 && typeof here.env === "string") {
      return true;
    }
    const step = path[depth];
    if (step === undefined || here === null || typeof here !== "object") return false;
    here = (here as Record<string | number, unknown>)[step];
  }
}

function mistakesOf(unit: OutputUnit, root: Schema, config: unknown): Mistake[] {
  return unit.keyword === "required"
    ? missing(unit, root, pathOf(unit.instanceLocation, config))
    : [mistakeOf(unit, root, config)];
}

function mistakeOf(unit: OutputUnit, root: Schema, config: unknown): Mistake {
  const path = pathOf(unit.instanceLocation, config);
  const holder = schemaOf(unit.keywordLocation, root);
  const limit = holder[unit.keyword];
  const about = (message: string, isAboutKey = false): Mistake => ({ path, message, isAboutKey });
  switch (unit.keyword) {
    case "type":
      return about(
        `This is ${typeText({ type: limit }, root)}, not ${kindText(at(config, path))}.`,
      );
    case "anyOf":
    case "oneOf":
    case "enum":
    case "const":
      return about(`This is ${typeText(holder, root)}.`);
    case "false":
      return unknownField(unit, path, root);
    case "minimum":
    case "exclusiveMinimum":
      return about(`This is ${unit.keyword === "minimum" ? "at least" : "more than"} ${limit}.`);
    case "maximum":
    case "exclusiveMaximum":
      return about(`This is ${unit.keyword === "maximum" ? "at most" : "less than"} ${limit}.`);
    case "minLength":
      return about(`This has at least ${limit} ${limit === 1 ? "character" : "characters"}.`);
    case "maxLength":
      return about(`This has at most ${limit} characters.`);
    case "minItems":
      return about(`This has at least ${limit} ${limit === 1 ? "item" : "items"}.`);
    case "maxItems":
      return about(`This has at most ${limit} items.`);
    case "multipleOf":
      return about(`This is a multiple of ${limit}.`);
    case "pattern":
      return about(`This must match ${limit}.`);
    default:
      return about(unit.error);
  }
}

/** Each field that has to be given below the one that is missing, by what it is called there. */
function missing(unit: OutputUnit, root: Schema, path: Path): Mistake[] {
  const name = /"(.*)"\.$/s.exec(unit.error)?.[1] ?? "";
  const holder = schemaOf(unit.keywordLocation, root);
  return needed(asMapping(holder.properties)[name], root, [name]).map((needs) => ({
    path,
    message: `"${needs.join(".")}" is missing.`,
    isAboutKey: true,
  }));
}

function needed(schema: unknown, root: Schema, path: readonly string[]): (readonly string[])[] {
  const { properties, required } = resolved(schema, root);
  const inside = asMapping(properties);
  const names = path.length < MOST_DEPTH ? asList(required).map(String) : [];
  if (names.length === 0) return [path];
  return names.flatMap((name) => needed(inside[name], root, [...path, name]));
}

function unknownField(unit: OutputUnit, path: Path, root: Schema): Mistake {
  // …/additionalProperties/false: what holds it knows the names that there are.
  const holder = schemaOf(unit.keywordLocation.replace(/\/false$/, ""), root);
  const names = Object.keys(asMapping(holder.properties));
  const name = String(path.at(-1));
  const near = nearest(name, names);
  const hint =
    near !== null
      ? `; did you mean "${near}"?`
      : names.length > 0 && names.length <= 8
        ? `; there are: ${names.join(", ")}.`
        : ".";
  return { path, message: `Nothing here is called "${name}"${hint}`, isAboutKey: true };
}

/** The schema that holds the keyword at the end of a location. */
function schemaOf(location: string, root: Schema): Schema {
  const parts = location.split("/").slice(1, -1).map(unescaped);
  let here: unknown = root;
  for (const part of parts) {
    if (part === "$ref") {
      here = resolved({ $ref: isMapping(here) ? here.$ref : undefined }, root);
    } else if (Array.isArray(here)) here = here[Number(part)];
    else here = isMapping(here) && Object.hasOwn(here, part) ? here[part] : undefined;
  }
  return isMapping(here) ? here : {};
}

function pathOf(location: string, config: unknown): Path {
  const path: (string | number)[] = [];
  let here = config;
  for (const part of location.split("/").slice(1).map(unescaped)) {
    const step = Array.isArray(here) ? Number(part) : part;
    path.push(step);
    here = at(here, [step]);
  }
  return path;
}

function at(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (here, step) =>
      here !== null && typeof here === "object" && Object.hasOwn(here, step)
        ? (here as Record<string | number, unknown>)[step]
        : undefined,
    value,
  );
}

function unescaped(part: string): string {
  return decodeURIComponent(part).replaceAll("~1", "/").replaceAll("~0", "~");
}

function kindText(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "fields";
  return typeof value === "string" ? `the text "${value.slice(0, 40)}"` : JSON.stringify(value);
}
