import { describe, expect, it } from "vitest";
import { type Layout, type LayoutInput, layOut } from "./layout";
import { Skyline } from "./skyline";

/** The same numbers each time. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

interface Wish {
  count: number;
  edges: [number, number][];
  lanes?: number[];
  bands?: number[];
  isDown?: boolean;
}

function input({ count, edges, lanes, bands, isDown = false }: Wish): LayoutInput {
  return {
    count,
    widths: new Float32Array(count).fill(220),
    heights: new Float32Array(count).fill(60),
    sources: Int32Array.from(edges, ([from]) => from),
    targets: Int32Array.from(edges, ([, to]) => to),
    lanes: lanes ? Int32Array.from(lanes) : new Int32Array(count),
    bands: Int32Array.from(bands ?? [0]),
    isFramed: new Uint8Array(bands?.length ?? 1).fill(1),
    hasBands: true,
    isDown,
  };
}

/** Bands of ten lanes of fifty, whose nodes read the lane before, or that of another band. */
function islands(count: number, seed = 7): Wish {
  const next = random(seed);
  const lanes = Array.from({ length: count }, (_, node) => Math.floor(node / 50));
  const edges: [number, number][] = [];
  for (let node = 0; node < count; node++) {
    const layer = Math.floor((node % 500) / 50);
    for (let i = 0; i < 2 && layer > 0; i++) {
      const band = next() < 0.9 ? Math.floor(node / 500) : Math.floor((next() * count) / 500);
      const above = next() < 0.9 ? layer - 1 : Math.floor(next() * layer);
      edges.push([band * 500 + above * 50 + Math.floor(next() * 50), node]);
    }
  }
  const bands = Array.from({ length: Math.ceil(count / 50) }, (_, lane) => Math.floor(lane / 10));
  return { count, edges, lanes, bands };
}

function overlaps(rects: { x: number; y: number; width: number; height: number }[]): number {
  let found = 0;
  rects.sort((a, b) => a.x - b.x);
  rects.forEach((a, i) => {
    for (let j = i + 1; j < rects.length; j++) {
      const b = rects[j];
      if (b === undefined || b.x >= a.x + a.width - 0.01) break;
      if (b.y < a.y + a.height - 0.01 && a.y < b.y + b.height - 0.01) found++;
    }
  });
  return found;
}

const nodesOf = (layout: Layout) =>
  Array.from(layout.x, (x, node) => ({ x, y: layout.y[node] as number, width: 220, height: 60 }));

describe.each([
  ["to the right", false],
  ["downwards", true],
])("a layout %s", (_, isDown) => {
  const wish = { ...islands(1_000), isDown };
  const layout = layOut(input(wish));

  it("has no node over another", () => {
    expect(overlaps(nodesOf(layout))).toBe(0);
  });

  it("has no island over another, and each node on its own", () => {
    const bands = layout.bands.filter((rect) => rect !== null);
    expect(bands).toHaveLength(2);
    expect(overlaps([...bands])).toBe(0);
    expect(overlaps(layout.lanes.filter((rect) => rect !== null))).toBe(0);
    nodesOf(layout).forEach(({ x, y }, node) => {
      const lane = wish.lanes?.[node] as number;
      for (const rect of [layout.lanes[lane], layout.bands[Math.floor(lane / 10)]]) {
        expect(rect).toBeTruthy();
        expect(x >= (rect?.x ?? 0) && x + 220 <= (rect?.x ?? 0) + (rect?.width ?? 0)).toBe(true);
        expect(y >= (rect?.y ?? 0) && y + 60 <= (rect?.y ?? 0) + (rect?.height ?? 0)).toBe(true);
      }
    });
  });

  it("leads every edge forward, in one line from end to end", () => {
    const along = isDown ? layout.y : layout.x;
    const size = isDown ? 60 : 220;
    wish.edges.forEach(([from, to], edge) => {
      expect((along[from] as number) + size).toBeLessThan(along[to] as number);
      const pieces = layout.pieces.subarray(layout.pieceStart[edge], layout.pieceStart[edge + 1]);
      let at = layout.x[from] as number;
      pieces.forEach((piece, i) => {
        const line = layout.lines.subarray(6 * piece, 6 * piece + 6);
        if (i > 0) expect(line[isDown ? 0 : 1]).toBeCloseTo(at, 1);
        at = line[isDown ? 4 : 5] as number;
      });
      const middle = isDown ? (layout.x[to] as number) + 110 : (layout.y[to] as number) + 30;
      expect(at).toBeCloseTo(middle, 1);
    });
  });

  it("is the same each time", () => {
    expect(layOut(input(wish))).toEqual(layout);
  });
});

describe("rectangles that fall onto a ground", () => {
  it("come to lie on what is highest below them", () => {
    const ground = new Skyline();
    expect([ground.drop(0, 1, 5), ground.drop(1, 2, 5), ground.drop(2, 3, 5)]).toEqual([0, 5, 10]);
    expect([ground.drop(4, 6, 5), ground.drop(0, 0, 5)]).toEqual([0, 5]);
  });
});

describe("a layout", () => {
  it("survives cycles and nodes that read themselves", () => {
    const layout = layOut(
      input({
        count: 4,
        edges: [
          [0, 1],
          [1, 2],
          [2, 0],
          [3, 3],
          [2, 1],
        ],
      }),
    );
    expect(overlaps(nodesOf(layout))).toBe(0);
    expect([...layout.isBack]).toEqual([0, 0, 1, 1, 1]);
  });

  it("holds nothing, and one thing", () => {
    expect(layOut(input({ count: 0, edges: [] })).width).toBe(0);
    const one = layOut(input({ count: 1, edges: [] }));
    expect([one.bands[0]?.x, one.bands[0]?.y]).toEqual([0, 0]);
  });

  it("sets a chain in one straight line", () => {
    const count = 3_000;
    const edges = Array.from({ length: count - 1 }, (_, i): [number, number] => [i, i + 1]);
    const { y } = layOut(input({ count, edges }));
    expect(Math.max(...y) - Math.min(...y)).toBeLessThan(0.01);
  });

  it("crosses nothing that need not cross", () => {
    // Two trees whose leaves are named by turns.
    const edges: [number, number][] = [
      [0, 2],
      [1, 3],
      [0, 4],
      [1, 5],
      [0, 6],
      [1, 7],
    ];
    const { y } = layOut(input({ count: 8, edges }));
    const even = [2, 4, 6].map((node) => y[node] as number);
    const odd = [3, 5, 7].map((node) => y[node] as number);
    expect(Math.max(...even) < Math.min(...odd) || Math.max(...odd) < Math.min(...even)).toBe(true);
  });

  it("puts nodes without edges into rows of a page's shape", () => {
    const layout = layOut(input({ count: 100, edges: [] }));
    expect(layout.width / layout.height).toBeGreaterThan(1);
    expect(layout.width / layout.height).toBeLessThan(3);
    expect(overlaps(nodesOf(layout))).toBe(0);
  });

  it("folds a layer of many nodes into columns beside each other", () => {
    const edges = Array.from({ length: 100 }, (_, i): [number, number] => [i, 100]);
    const layout = layOut(input({ count: 101, edges }));
    expect(new Set(layout.x.subarray(0, 100)).size).toBeGreaterThan(3);
    expect(layout.height).toBeLessThan((100 * 60) / 3);
    expect(overlaps(nodesOf(layout))).toBe(0);
  });

  it("costs in proportion to nodes and edges", () => {
    const work = [1_000, 2_000, 4_000, 8_000].map((count) => layOut(input(islands(count))).work);
    work.slice(1).forEach((more, i) => {
      expect(more / (work[i] as number)).toBeLessThan(2.6);
    });
  });

  it("costs in proportion even where edges span all layers", () => {
    const fan = (count: number) => {
      const edges = Array.from({ length: count - 1 }, (_, i): [number, number] => [i, i + 1]);
      for (let i = 2; i < count; i++) edges.push([0, i]);
      return layOut(input({ count, edges })).work;
    };
    expect(fan(4_000) / fan(2_000)).toBeLessThan(2.6);
  });
});
