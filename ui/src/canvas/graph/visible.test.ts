import { describe, expect, it } from "vitest";
import { adjacency, reach } from "./graph";
import { layOut } from "./layout";
import { Scene } from "./scene";
import { visible } from "./visible";

const NODES = [
  ["orders", "shop", "raw"],
  ["visits", "shop", "raw"],
  ["customers", "shop", "core"],
  ["revenue", "finance", "reports"],
].map(([id = "", location = "", group = ""]) => ({ id, location, group, kinds: [] }));
const EDGES = [
  { from: "orders", to: "customers" },
  { from: "visits", to: "customers" },
  { from: "customers", to: "revenue" },
  { from: "elsewhere", to: "revenue" },
];

function shown(collapsed: string[], more: Partial<Parameters<typeof visible>[0]> = {}) {
  return visible({
    nodes: NODES,
    edges: EDGES,
    collapsed: new Set(collapsed),
    hasGroups: true,
    direction: "right",
    ...more,
  });
}

describe("what is shown of a graph", () => {
  it("is a card for each closed group, with one edge for all between two cards", () => {
    const { cards, input, cardOf } = shown(["shop:raw", "finance:reports"]);
    expect(cards.map((card) => card.id)).toEqual(["finance:reports", "customers", "shop:raw"]);
    expect(input.sources).toHaveLength(2);
    expect(cardOf.get("orders")).toBe(cardOf.get("visits"));
  });

  it("frames open groups, unless a location has nothing but the default one", () => {
    const bare = NODES.map((node) => ({ ...node, group: "default" }));
    expect(shown([]).lanes.filter((lane) => lane.isFramed)).toHaveLength(3);
    expect(shown([], { nodes: bare }).lanes.filter((lane) => lane.isFramed)).toHaveLength(0);
    expect(shown(["shop:raw"], { hasGroups: false }).cards).toHaveLength(4);
  });

  it("has a key that changes with all that the layout is made of, and with nothing else", () => {
    const { key } = shown([]);
    expect(shown([], { nodes: NODES.map((node) => ({ ...node, kinds: ["table"] })) }).key).toBe(
      key,
    );
    for (const other of [
      shown(["shop:raw"]),
      shown([], { edges: EDGES.slice(1) }),
      shown([], { direction: "down" }),
      shown([], { nodes: NODES.map((node) => ({ ...node, group: "raw" })) }),
    ]) {
      expect(other.key).not.toBe(key);
    }
  });
});

describe("a scene", () => {
  const graph = shown([]);
  const scene = new Scene(graph, layOut(graph.input));
  const at = (id: string) => graph.cardOf.get(id) as number;

  it("finds each card by a point on it, and none beside them", () => {
    for (const card of scene.cards.keys()) {
      const { x, y, width, height } = scene.rectOf(card);
      expect(scene.cardAt(x + 1, y + 1)).toBe(card);
      expect(scene.cardAt(x + width - 1, y + height - 1)).toBe(card);
      expect(scene.cardAt(x + width + 3, y + 1)).toBe(-1);
    }
    expect(scene.cardsIn({ x: -1, y: -1, width: 1e5, height: 1e5 })).toHaveLength(4);
  });

  it("lights up what is up- and downstream, not what only shares an end", () => {
    expect(scene.lineage([at("orders")]).cards).toEqual(
      new Set([at("orders"), at("customers"), at("revenue")]),
    );
    expect(scene.lineage([at("revenue")]).cards.size).toBe(4);
    expect(scene.lineage([at("orders")]).pieces.size).toBeLessThan(
      scene.lineage([at("revenue")]).pieces.size,
    );
  });
});

describe("reach", () => {
  it("goes as many layers as it may, and past nothing twice", () => {
    const { up, down } = adjacency(NODES, [...EDGES, { from: "revenue", to: "orders" }]);
    expect(reach(["revenue"], up, 1)).toEqual(new Set(["customers"]));
    expect(reach(["revenue"], up)).toEqual(new Set(["customers", "orders", "visits"]));
    expect(reach(["visits"], down, 2)).toEqual(new Set(["customers", "revenue"]));
    expect(reach(["visits"], down, 0).size).toBe(0);
  });
});
