import { describe, expect, it } from "vitest";
import { cut } from "./cut";
import { numberOf, read } from "./facts";
import { numberText } from "./number";

const of = (type: string, value?: unknown) => read({ type, value });

describe("metadata", () => {
  it.each([
    ["text", "hello", { is: "text", text: "hello" }],
    ["md", "# hello", { is: "markdown", text: "# hello" }],
    ["python_artifact", "shop.Order", { is: "artifact", text: "shop.Order" }],
    ["int", 7, { is: "number", value: 7, isWhole: true }],
    ["float", 0.5, { is: "number", value: 0.5, isWhole: false }],
    ["float", "-Infinity", { is: "number", value: Number.NEGATIVE_INFINITY, isWhole: false }],
    ["bool", false, { is: "bool", value: false }],
    ["null", null, { is: "null" }],
    ["json", { a: [1] }, { is: "json", value: { a: [1] } }],
    ["url", "https://a.example/b?c", { is: "url", href: "https://a.example/b?c" }],
    ["path", "/data/a.parquet", { is: "path", path: "/data/a.parquet" }],
    ["notebook", "a.ipynb", { is: "notebook", path: "a.ipynb" }],
    ["timestamp", 1_795_559_719.5, { is: "moment", at: 1_795_559_719.5 }],
    ["asset", "sales/orders", { is: "asset", key: "sales/orders" }],
    ["job", { name: "daily", location: null }, { is: "job", name: "daily", location: null }],
    ["run", "01a", { is: "run", id: "01a" }],
    ["pool", "database", { is: "pool", name: "database" }],
  ])("of the kind %s with %j is read", (type, value, fact) => {
    expect(of(type, value)).toEqual(fact);
  });

  it("of a table has its columns, from the schema or else from the first row", () => {
    const column = { name: "n", type: "int", description: null, tags: [], constraints: [] };
    const schema = { columns: [{ name: "n", type: "int", description: null, tags: {} }] };
    expect(of("table", { schema, records: [{ n: 1 }] })).toEqual({
      is: "table",
      columns: [column],
      rows: [{ n: 1 }],
    });
    expect(of("table", { schema: null, records: [{ n: 1 }] })).toMatchObject({
      columns: [{ name: "n" }],
    });
  });

  it("of a schema tells constraints and tags in words", () => {
    const column = {
      name: "id",
      type: "int",
      tags: { key: "", unit: "piece" },
      constraints: { nullable: false, unique: true, other: ["> 0"] },
    };
    expect(of("table_schema", { columns: [column] })).toMatchObject({
      columns: [{ constraints: ["not null", "unique", "> 0"], tags: ["key", "unit=piece"] }],
    });
  });

  it("of a column's lineage names the columns that it is made from", () => {
    expect(of("column_lineage", { total: [{ asset: "orders", column: "price" }] })).toEqual({
      is: "lineage",
      columns: [{ name: "total", sources: [{ asset: "orders", column: "price" }] }],
    });
  });

  it("of code names files, and pages only by http", () => {
    const references = [
      { file_path: "/a.py", line_number: 3, label: "def a" },
      { url: "https://git.example/a.py" },
    ];
    expect(of("code_references", { code_references: references })).toMatchObject({
      places: [{ file: "/a.py", line: 3 }, { url: "https://git.example/a.py" }],
    });
    expect(of("code_references", [{ url: "javascript:alert(1)" }])).toMatchObject({ is: "json" });
  });
});

describe("hostile metadata", () => {
  it.each([
    "javascript:alert(1)",
    " JaVaScRiPt:alert(1)",
    "java\tscript:alert(1)",
    "data:text/html,<script>1</script>",
    "vbscript:x",
    "file:///etc/passwd",
    "//nowhere",
    "not an address",
  ])("links never to %j", (value) => {
    expect(of("url", value)).toEqual({ is: "text", text: value });
  });

  it.each([
    ["text", { a: 1 }],
    ["md", 5],
    ["int", "many"],
    ["float", [1]],
    ["bool", "true"],
    ["url", 5],
    ["path", null],
    ["timestamp", "yesterday"],
    ["timestamp", 1e300],
    ["asset", ""],
    ["job", "daily"],
    ["run", null],
    ["table", { records: "no" }],
    ["table", { records: [1, 2] }],
    ["table_schema", []],
    ["column_lineage", [1]],
    ["code_references", "x"],
    ["from the future", 3],
    ["__proto__", 3],
    ["constructor", 3],
  ])("of the kind %s with %j is shown as JSON", (type, value) => {
    expect(of(type, value)).toEqual({ is: "json", value });
  });

  it.each([null, 5, "text", [], {}, { type: 5 }])("that is no entry, %j, is JSON", (entry) => {
    expect(read(entry)).toEqual({ is: "json", value: entry });
  });
});

describe("numbers", () => {
  it.each([
    [1_234_567, true, "1,234,567"],
    [-0.5, false, "-0.5"],
    [0.1 + 0.2, false, "0.3"],
    [12_345.678, false, "12,345.678"],
    [1.5e-9, false, "1.50000e-9"],
    [Number.NaN, false, "NaN"],
    [Number.POSITIVE_INFINITY, false, "∞"],
  ])("%d is written so", (value, isWhole, text) => {
    expect(numberText(value, isWhole)).toBe(text);
  });

  it("are plotted where they are finite", () => {
    expect(numberOf({ type: "int", value: 3 })).toBe(3);
    expect(numberOf({ type: "float", value: "NaN" })).toBeNull();
    expect(numberOf({ type: "text", value: "3" })).toBeNull();
  });
});

describe("long texts", () => {
  it("are cut by length and by lines, never within a character", () => {
    expect(cut("short")).toBe("short");
    expect(cut("a".repeat(10_000))).toHaveLength(600);
    expect(cut("line\n".repeat(500)).split("\n")).toHaveLength(10);
    expect(cut(`${"a".repeat(599)}${"😀".repeat(400)}`)).toHaveLength(599);
  });
});
