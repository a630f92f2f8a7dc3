import { describe, expect, it } from "vitest";
import { check } from "./check";
import { cursorAt } from "./cursor";
import { merge } from "./mapping";
import { nearest } from "./nearest";
import { scaffolded } from "./scaffold";
import { fieldsAt, type Schema, schemaAt, typeText } from "./schema";
import { keyAt, readConfig } from "./text";

/** As the server tells it: a frame of our own around what pydantic writes of each step. */
const SCHEMA: Schema = {
  type: "object",
  additionalProperties: false,
  required: ["ops"],
  properties: {
    ops: {
      type: "object",
      additionalProperties: false,
      required: ["orders"],
      properties: {
        orders: {
          type: "object",
          additionalProperties: false,
          required: ["config"],
          properties: { config: { $ref: "#/$defs/Orders" } },
        },
        plain: { type: "object", properties: { config: { type: "object", properties: {} } } },
      },
    },
    resources: {
      type: "object",
      properties: {
        store: {
          type: "object",
          properties: {
            config: {
              type: "object",
              properties: { url: { type: "string", default: "local" } },
            },
          },
        },
      },
    },
  },
  $defs: {
    Orders: {
      type: "object",
      additionalProperties: false,
      required: ["days"],
      properties: {
        days: { type: "integer", minimum: 1, description: "How far back" },
        mode: { enum: ["fast", "full"], default: "fast" },
        since: { anyOf: [{ type: "string", format: "date" }, { type: "null" }], default: null },
        source: {
          oneOf: [{ $ref: "#/$defs/File" }, { $ref: "#/$defs/Table" }],
          default: { kind: "file", path: "a.csv" },
        },
        name: { type: "string", pattern: "(?P<python>a)", default: "x" },
        sizes: { type: "array", items: { type: "integer" }, uniqueItems: true, default: [] },
      },
    },
    File: {
      type: "object",
      required: ["path"],
      properties: { kind: { const: "file" }, path: { type: "string" } },
    },
    Table: {
      type: "object",
      required: ["table"],
      properties: { kind: { const: "table" }, table: { type: "string" } },
    },
  },
};

const orders = (config: unknown) => ({ ops: { orders: { config } } });
const told = (config: unknown) =>
  check(SCHEMA, config).map(({ path, message }) => `${path.join(".")}: ${message}`);

describe("a config text", () => {
  it.each(["", "# nothing yet\n", "{}"])("that says nothing, %j, is empty", (text) => {
    expect(readConfig(text).value).toEqual({});
  });

  it("is read as YAML and as JSON", () => {
    expect(readConfig("ops:\n  a: {config: {n: 1}}").value).toEqual({
      ops: { a: { config: { n: 1 } } },
    });
    expect(readConfig('{\n\t"ops": {"a": [1.5, null]}\n}').value).toEqual({
      ops: { a: [1.5, null] },
    });
  });

  it.each([
    ["ops:\n  orders: {config: {days: 1", 2, "flow"],
    ["ops:\n  a: 1\n  a: 2\n", 3, "unique"],
    ["ops:\n  a: *gone\n", 2, "marked"],
    ["- 1\n", 1, "mapping"],
    ["just text", 1, "mapping"],
    ["ops:\n  a: .inf\n", 2, "no such number"],
    ["ops:\n  a: 12345678901234567890\n", 2, "exactly"],
  ])("that cannot be sent, %j, tells line %d", (text, line, word) => {
    const { value, mistakes } = readConfig(text);
    expect(value).toBeNull();
    expect(mistakes[0]?.line).toBe(line);
    expect(mistakes[0]?.message.toLowerCase()).toContain(word);
  });

  it("does not grow without bounds by aliases", () => {
    const levels = Array.from({ length: 12 }, (_, n) =>
      n === 0 ? "a0: &a0 [x, x]" : `a${n}: &a${n} [${`*a${n - 1}, `.repeat(9)}x]`,
    );
    expect(readConfig(levels.join("\n")).value).toBeNull();
  });

  it("knows where each value and key stands", () => {
    const text = "ops:\n  orders:\n    config:\n      days: many\n      sizes: [1, x]\n";
    const read = readConfig(text);
    const words = (path: (string | number)[], isKey = false) => {
      const { from, to } = read.placeOf(path, isKey);
      return text.slice(from, to);
    };
    expect(words(["ops", "orders", "config", "days"])).toBe("many");
    expect(words(["ops", "orders", "config", "days"], true)).toBe("days");
    expect(words(["ops", "orders", "config", "sizes", 1])).toBe("x");
    expect(words(["ops", "orders", "config", "missing"])).toBe("config");
    expect(words(["ops", "orders", "config"])).toBe("config");
    expect(read.lineOf(text.indexOf("many"))).toEqual({ line: 4, column: 13 });
  });

  it("knows the key at an offset", () => {
    const text = 'ops: {orders: {"config": [{days: 1}]}}';
    const path = (word: string) => keyAt(readConfig(text).document, text.indexOf(word))?.path;
    expect(path("onfig")).toEqual(["ops", "orders", "config"]);
    expect(path("days")).toEqual(["ops", "orders", "config", 0, "days"]);
    expect(path("1")).toBeUndefined();
  });
});

describe("checking a config", () => {
  it("finds nothing wrong with what fits", () => {
    expect(told(orders({ days: 3, mode: "full", since: "2026-11-01", sizes: [1, 1] }))).toEqual([]);
    expect(told(orders({ days: 3, source: { kind: "table", table: "t" } }))).toEqual([]);
  });

  it.each([
    [{}, ': "ops.orders.config.days" is missing.'],
    [{ ops: {} }, 'ops: "orders.config.days" is missing.'],
    [orders({}), 'ops.orders.config: "days" is missing.'],
    [
      orders({ days: "many" }),
      'ops.orders.config.days: This is a whole number, not the text "many".',
    ],
    [orders({ days: 0 }), "ops.orders.config.days: This is at least 1."],
    [orders({ days: 1, mode: "slow" }), 'ops.orders.config.mode: This is "fast" or "full".'],
    [orders({ days: 1, since: 5 }), "ops.orders.config.since: This is text or null."],
    [
      orders({ days: 1, sizes: [1, "x"] }),
      'ops.orders.config.sizes.1: This is a whole number, not the text "x".',
    ],
    [
      orders({ days: 1, mdoe: "full" }),
      'ops.orders.config.mdoe: Nothing here is called "mdoe"; did you mean "mode"?',
    ],
    [
      { ops: { orders: { config: { days: 1 } }, gone: {} } },
      'ops.gone: Nothing here is called "gone"; there are: orders, plain.',
    ],
    [{ ops: 5 }, "ops: This is fields, not 5."],
    [orders(null), "ops.orders.config: This is fields, not null."],
  ])("tells what is wrong with %j", (config, message) => {
    expect(told(config)).toEqual([message]);
  });

  it("goes by the alternative that is meant", () => {
    expect(told(orders({ days: 1, source: { kind: "table", table: 5 } }))).toContain(
      "ops.orders.config.source.table: This is text, not 5.",
    );
  });

  it("lets values be read from the environment, wherever they stand", () => {
    expect(told(orders({ days: { env: "DAYS" }, mode: { env: "MODE" } }))).toEqual([]);
    expect(told({ ops: { orders: { config: { env: "ALL" } } } })).toEqual([]);
  });

  it("leaves the schema as it is, and is not stopped by one that cannot be read", () => {
    const before = JSON.stringify(SCHEMA);
    told(orders({ days: "many" }));
    expect(JSON.stringify(SCHEMA)).toBe(before);
    expect(check({ $ref: "#/nowhere" }, {})).toEqual([]);
  });
});

describe("scaffolding", () => {
  it("writes out what must be given", () => {
    expect(scaffolded("", SCHEMA, "required")).toBe(
      "ops:\n  orders:\n    config:\n      days: 1 # required: a whole number\n",
    );
  });

  it("writes out all defaults, of the chosen steps and resources only", () => {
    const value = readConfig(scaffolded("", SCHEMA, "all")).value;
    expect(value).toEqual({
      ops: {
        orders: {
          config: {
            days: 1,
            mode: "fast",
            since: null,
            source: { kind: "file", path: "a.csv" },
            name: "x",
            sizes: [],
          },
        },
      },
      resources: { store: { config: { url: "local" } } },
    });
    expect(told(value)).toEqual([]);
  });

  it("keeps what is written, comments included", () => {
    const text = "# mine\nops:\n  orders:\n    config:\n      days: 9 # long\n";
    const whole = scaffolded(text, SCHEMA, "all");
    expect(whole).toContain("# mine\n");
    expect(whole).toContain("days: 9 # long\n");
    expect(whole).toContain("mode: fast\n");
    expect(scaffolded(whole, SCHEMA, "all")).toBe(whole);
  });

  it("leaves out what holds already below the form", () => {
    expect(scaffolded("", SCHEMA, "required", orders({ days: 5 }))).toBe("");
  });

  it("writes JSON where the text is JSON", () => {
    const text = scaffolded('{"ops": {"orders": {"config": {"days": 9}}}}', SCHEMA, "required");
    expect(JSON.parse(text)).toEqual(orders({ days: 9 }));
  });

  it("does not touch a text that cannot be read", () => {
    expect(scaffolded("ops: {", SCHEMA, "all")).toBe("ops: {");
  });
});

describe("finding one's way in a schema", () => {
  it("goes through references, alternatives and lists", () => {
    expect(schemaAt(SCHEMA, ["ops", "orders", "config", "days"])?.description).toBe("How far back");
    expect(schemaAt(SCHEMA, ["ops", "orders", "config", "sizes", 3])?.type).toBe("integer");
    expect(schemaAt(SCHEMA, ["ops", "orders", "config", "source", "table"])?.type).toBe("string");
    expect(schemaAt(SCHEMA, ["ops", "nowhere"])).toBeNull();
  });

  it("does not follow references in circles for ever", () => {
    const circle: Schema = { $ref: "#/$defs/A", $defs: { A: { $ref: "#/$defs/A" } } };
    expect(schemaAt(circle, [])).toBeDefined();
  });

  it("knows fields and types in words", () => {
    expect([...fieldsAt(SCHEMA, ["ops"]).keys()]).toEqual(["orders", "plain"]);
    expect([...fieldsAt(SCHEMA, ["ops", "orders", "config", "source"]).keys()]).toEqual([
      "kind",
      "path",
      "table",
    ]);
    const sizes = schemaAt(SCHEMA, ["ops", "orders", "config", "sizes"]);
    expect(typeText(sizes, SCHEMA)).toBe("a list of a whole number");
  });
});

describe("the cursor", () => {
  const at = (text: string) => {
    const offset = text.indexOf("|");
    return cursorAt(text.replace("|", ""), offset);
  };
  it.each([
    ["|", [], null],
    ["op|", [], null],
    ["ops:\n  |", ["ops"], null],
    ["ops:\n  orders:\n    config:\n      da|\n", ["ops", "orders", "config"], null],
    ["ops:\n  # a note\n\n  a:\n    x: 1\n  |", ["ops"], null],
    ["ops:\n  a:\n    mode: fa|", ["ops", "a"], "mode"],
    ["list:\n  - na|", ["list", 0], null],
    ["list:\n  - name: x\n    si|", ["list", 0], null],
    ["a:\n  list:\n  - name: x\n    at:\n      si|", ["a", "list", 0, "at"], null],
  ])("in %j stands in %j", (text, path, key) => {
    expect(at(text)).toMatchObject({ path, key });
  });

  it.each(["# com|ment", "ops: {a|}", 'a: "tex|t', "a b|"])("in %j writes no key", (text) => {
    expect(at(text)).toBeNull();
  });
});

describe("near names", () => {
  it.each([
    ["mdoe", "mode"],
    ["MODE", "mode"],
    ["dayz", "days"],
    ["entirely", null],
  ])("of %s is %s", (name, near) => {
    expect(nearest(name, ["mode", "days", "since"])).toBe(near);
  });
});

it("configs are joined as the server joins them", () => {
  const below = { ops: { a: { config: { x: 1, l: [1] } } }, b: 1 };
  expect(merge(below, { ops: { a: { config: { x: 2, l: [] } } } })).toEqual({
    ops: { a: { config: { x: 2, l: [] } } },
    b: 1,
  });
});
