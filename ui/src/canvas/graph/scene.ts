/** A laid out graph: what is where, found by place; and what is joined with what. */
import type { Layout, Rect } from "./layout";
import type { Card, Visible } from "./visible";

/** The side of the squares by which things are found. */
const SQUARE = 900;

export class Scene {
  readonly cards: readonly Card[];
  readonly width: number;
  readonly height: number;
  private readonly cardSquares = new Squares();
  private readonly pieceSquares = new Squares();
  private readonly edgesOut: number[][];
  private readonly edgesIn: number[][];

  constructor(
    readonly visible: Visible,
    readonly layout: Layout,
  ) {
    this.cards = visible.cards;
    this.width = layout.width;
    this.height = layout.height;
    for (const card of this.cards.keys()) this.cardSquares.put(card, this.rectOf(card));
    for (let piece = 0; piece < layout.lines.length / 6; piece++) {
      this.pieceSquares.put(piece, this.boundsOf(piece));
    }
    this.edgesOut = this.cards.map(() => []);
    this.edgesIn = this.cards.map(() => []);
    for (const [edge, from] of visible.input.sources.entries()) this.edgesOut[from]?.push(edge);
    for (const [edge, to] of visible.input.targets.entries()) this.edgesIn[to]?.push(edge);
  }

  rectOf(card: number): Rect {
    const { x, y } = this.layout;
    const { widths, heights } = this.visible.input;
    return {
      x: x[card] as number,
      y: y[card] as number,
      width: widths[card] as number,
      height: heights[card] as number,
    };
  }

  private boundsOf(piece: number): Rect {
    const [x1, y1, , , x2, y2] = this.layout.lines.subarray(6 * piece, 6 * piece + 6);
    const [ax, ay, bx, by] = [x1, y1, x2, y2] as [number, number, number, number];
    return {
      x: Math.min(ax, bx),
      y: Math.min(ay, by),
      width: Math.abs(ax - bx),
      height: Math.abs(ay - by),
    };
  }

  cardsIn(rect: Rect): number[] {
    return this.cardSquares.find(rect).filter((card) => meet(this.rectOf(card), rect));
  }

  piecesIn(rect: Rect): number[] {
    return this.pieceSquares.find(rect);
  }

  /** The card at a point, or -1. */
  cardAt(x: number, y: number): number {
    return this.cardsIn({ x, y, width: 0, height: 0 })[0] ?? -1;
  }

  /** The open group whose head a point is on, or -1. */
  laneHeadAt(x: number, y: number, head: number): number {
    return this.layout.lanes.findIndex(
      (rect) => rect !== null && inside(x, y, { ...rect, height: head }),
    );
  }

  bandAt(x: number, y: number): number {
    return this.layout.bands.findIndex((rect) => rect !== null && inside(x, y, rect));
  }

  /** All cards up- and downstream of some, with the pieces of the edges that lead there. */
  lineage(starts: Iterable<number>): Lit {
    const { sources, targets } = this.visible.input;
    const lit: Lit = { cards: new Set(starts), pieces: new Set() };
    const follow = (edges: number[][], ends: Int32Array) => {
      const seen = new Set(starts);
      const front = [...seen];
      for (let card = front.pop(); card !== undefined; card = front.pop()) {
        for (const edge of edges[card] ?? []) {
          this.piecesOf(edge, lit.pieces);
          const other = ends[edge] as number;
          if (seen.has(other)) continue;
          seen.add(other);
          lit.cards.add(other);
          front.push(other);
        }
      }
    };
    follow(this.edgesOut, targets);
    follow(this.edgesIn, sources);
    return lit;
  }

  private piecesOf(edge: number, into: Set<number>): void {
    const { pieces, pieceStart } = this.layout;
    for (let i = pieceStart[edge] as number; i < (pieceStart[edge + 1] as number); i++) {
      into.add(pieces[i] as number);
    }
  }
}

/** What is highlighted. */
export interface Lit {
  cards: Set<number>;
  pieces: Set<number>;
}

export function inside(x: number, y: number, rect: Rect): boolean {
  return x >= rect.x && x <= rect.x + rect.width && y >= rect.y && y <= rect.y + rect.height;
}

export function meet(a: Rect, b: Rect): boolean {
  return (
    a.x <= b.x + b.width && b.x <= a.x + a.width && a.y <= b.y + b.height && b.y <= a.y + a.height
  );
}

/** Numbers by the squares that their rectangles touch. */
class Squares {
  private readonly found = new Map<number, number[]>();

  private *touched(rect: Rect): Iterable<number> {
    const first = Math.floor(rect.x / SQUARE);
    const last = Math.floor((rect.x + rect.width) / SQUARE);
    const top = Math.floor(rect.y / SQUARE);
    const bottom = Math.floor((rect.y + rect.height) / SQUARE);
    for (let row = top; row <= bottom; row++) {
      for (let column = first; column <= last; column++) yield row * 65_536 + column;
    }
  }

  put(number: number, rect: Rect): void {
    for (const square of this.touched(rect)) {
      const list = this.found.get(square);
      if (list) list.push(number);
      else this.found.set(square, [number]);
    }
  }

  find(rect: Rect): number[] {
    const numbers = new Set<number>();
    for (const square of this.touched(rect)) {
      for (const number of this.found.get(square) ?? []) numbers.add(number);
    }
    return [...numbers];
  }
}
