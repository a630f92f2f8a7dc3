import { MantineProvider } from "@mantine/core";
import {
  createMemoryHistory,
  createRootRoute,
  createRouter,
  RouterProvider,
} from "@tanstack/react-router";
import { act } from "react";
import { createRoot, type Root } from "react-dom/client";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { prefer } from "@/settings/preferences";
import { Metadata, MetadataTable } from "./Metadata";

let root: Root | undefined;

beforeAll(async () => {
  Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });
  prefer({ timeZone: "UTC", hours: "24", editor: "vscode://file/{file}:{line}" });
  await import("./Markdown"); // so that the lazy import is there at once
});

afterEach(() => act(() => root?.unmount()));

async function shown(type: string, value?: unknown): Promise<HTMLElement> {
  return render(<Metadata entries={{ fact: { type, value } }} />);
}

async function render(content: React.ReactNode): Promise<HTMLElement> {
  const routeTree = createRootRoute({
    component: () => <MantineProvider>{content}</MantineProvider>,
  });
  const router = createRouter({ routeTree, history: createMemoryHistory() });
  await router.load();
  const element = document.createElement("div");
  root = createRoot(element);
  await act(async () => root?.render(<RouterProvider router={router as never} />));
  return element;
}

const value = (element: HTMLElement) => element.querySelector("dd") as HTMLElement;

describe("metadata on screen", () => {
  it.each([
    ["text", "hello", "hello"],
    ["int", 1234567, "1,234,567"],
    ["bool", false, "false"],
    ["null", null, "null"],
    ["timestamp", 1_795_559_719, "2026-11-24 22:35:19"],
    ["python_artifact", "shop.Order", "shop.Order"],
    ["path", "s3://bucket/a", "s3://bucket/a"],
    ["pool", "database", "database"],
    ["from the future", "x", "x"],
  ])("of the kind %s tells %j", async (type, given, text) => {
    expect(value(await shown(type, given)).textContent).toContain(text);
  });

  it.each([
    ["asset", "sales/orders", "/assets/sales/orders"],
    ["run", "01a", "/runs/01a"],
    ["path", "/data/a b.csv", "vscode://file//data/a%20b.csv:1"],
    ["notebook", "/work/a.ipynb", "vscode://file//work/a.ipynb:1"],
    ["url", "https://a.example", "https://a.example/"],
  ])("of the kind %s links %j to %s", async (type, given, href) => {
    expect(
      value(await shown(type, given))
        .querySelector("a")
        ?.getAttribute("href"),
    ).toBe(href);
  });

  it("links a job to the form that launches it", async () => {
    const link = value(await shown("job", { name: "daily", location: "shop" })).querySelector("a");
    expect(link?.getAttribute("href")).toContain("/launch?job=daily&location=shop");
  });

  it("opens foreign pages in a tab that knows nothing of this one", async () => {
    const link = value(await shown("url", "http://a.example/x")).querySelector("a");
    expect([link?.target, link?.rel]).toEqual(["_blank", "noopener noreferrer"]);
  });

  it("opens code in the editor at its line", async () => {
    const references = [{ file_path: "/a.py", line_number: 3, label: "def a" }];
    const link = value(await shown("code_references", { code_references: references }));
    expect(link.querySelector("a")?.getAttribute("href")).toBe("vscode://file//a.py:3");
    expect(link.textContent).toBe("def a");
  });

  it("shows the first 100 rows of a table, and how many there are", async () => {
    const records = Array.from({ length: 250 }, (_, n) => ({ n, name: `row ${n}`, none: null }));
    const element = value(await shown("table", { schema: null, records }));
    expect(element.querySelectorAll("tbody tr")).toHaveLength(100);
    expect(element.textContent).toContain("The first 100 of 250 rows");
    expect(element.querySelector("tbody tr")?.textContent).toBe("0row 0null");
  });

  it("shows only those columns of a schema that say something", async () => {
    const columns = [{ name: "id", type: "int", description: "Which", tags: {} }];
    const heads = value(await shown("table_schema", { columns })).querySelectorAll("thead th");
    expect([...heads].map((head) => head.textContent)).toEqual(["Column", "Type", "Description"]);
  });

  it("shows what a column is made from", async () => {
    const lineage = { total: [{ asset: "orders", column: "price" }] };
    const element = value(await shown("column_lineage", lineage));
    expect(element.querySelector("tbody")?.textContent).toBe("totalorders . price");
  });

  it("shows small JSON open and large JSON closed", async () => {
    const small = value(await shown("json", { a: { b: [1, "two"] } }));
    expect(small.textContent).toContain("two");
    act(() => root?.unmount());
    const large = value(
      await shown(
        "json",
        Array.from({ length: 5000 }, (_, n) => n),
      ),
    );
    expect(large.querySelectorAll("code")).toHaveLength(0);
    act(() => large.querySelector("button")?.click());
    expect(large.querySelectorAll("code")).toHaveLength(100);
    expect(large.textContent).toContain("4,900 more");
  });

  it("folds a long text", async () => {
    const element = value(await shown("text", "x".repeat(1_000_000)));
    expect(element.textContent?.length).toBeLessThan(700);
    act(() => element.querySelector("button")?.click());
    expect(element.textContent?.length).toBeGreaterThan(1_000_000);
  });

  it("names the kinds in a table", async () => {
    const element = await render(
      <MetadataTable label="Facts" entries={{ note: { type: "md", value: "*a*" } }} />,
    );
    const cells = element.querySelectorAll("tbody tr > *");
    expect([...cells].map((cell) => cell.textContent)).toEqual(["note", "markdown", "a"]);
  });
});

describe("Markdown", () => {
  it("is shown with tables and links", async () => {
    const text = "**Rows**\n\n| a |\n|---|\n| 1 |\n\n[home](https://a.example)";
    const element = value(await shown("md", text));
    expect(element.querySelector("strong")?.textContent).toBe("Rows");
    expect(element.querySelector("td")?.textContent).toBe("1");
    expect(element.querySelector("a")?.rel).toBe("noopener noreferrer");
  });

  it("holds no raw HTML, no other addresses and no pictures from elsewhere", async () => {
    const text = [
      "<script>alert(1)</script><img src=x onerror=alert(1)>",
      "[a](javascript:alert(1)) [b](data:text/html,x) <javascript:alert(1)>",
      "![c](https://spy.example/p.png) ![d](javascript:alert(1))",
      "![e](data:image/svg+xml;base64,PHN2Zz4=)",
    ].join("\n\n");
    const element = value(await shown("md", text));
    expect(element.querySelectorAll("script, img")).toHaveLength(0);
    const links = [...element.querySelectorAll("a")].map((link) => link.getAttribute("href"));
    expect(links).toEqual(["https://spy.example/p.png"]);
  });

  it("shows a picture that it holds", async () => {
    const element = value(await shown("md", "![plot](data:image/png;base64,AAAA)"));
    expect(element.querySelector("img")?.src).toBe("data:image/png;base64,AAAA");
  });
});
