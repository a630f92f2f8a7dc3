/** Draws a scene: islands, groups, edges, cards; all of it, or only what is highlighted. */
import { type Detail, detailAt, drawCard, drawSign, fitted, type Look } from "./cards";
import type { Rect } from "./layout";
import { LANE_HEAD } from "./place";
import { type Lit, meet, type Scene } from "./scene";

const FONT = '"Inter Variable", system-ui, sans-serif';
/** Where arrow heads are on a piece of an edge. */
const AT_END = 1;
const AT_BEGIN = 2;
/** So many pieces of edges can be told from each other at any zoom level. */
const EASY_EDGES = 120;

export class Painter {
  private readonly arrows: Uint8Array;
  /** By piece: the band from whose colour the edge is, where it leaves its band; else -1. */
  private readonly leaves: Int16Array;
  /** How opaque edges are from far: many on one another would cover all else. */
  private readonly strength: number;
  look: Look;

  constructor(
    private readonly scene: Scene,
    look: Look,
  ) {
    this.look = look;
    const { layout, visible } = scene;
    const count = layout.lines.length / 6;
    this.strength = Math.max(0.2, Math.min(1, Math.sqrt(EASY_EDGES / Math.max(1, count))));
    this.arrows = new Uint8Array(count);
    this.leaves = new Int16Array(count).fill(-1);
    const bandOf = (card: number) =>
      visible.input.bands[visible.input.lanes[card] as number] as number;
    visible.input.sources.forEach((source, edge) => {
      const first = layout.pieceStart[edge] as number;
      const last = (layout.pieceStart[edge + 1] as number) - 1;
      if (last < first) return;
      const isBack = layout.isBack[edge] === 1;
      const end = layout.pieces[isBack ? first : last] as number;
      this.arrows[end] = (this.arrows[end] as number) | (isBack ? AT_BEGIN : AT_END);
      if (bandOf(source) === bandOf(visible.input.targets[edge] as number)) return;
      for (let i = first; i <= last; i++) this.leaves[layout.pieces[i] as number] = bandOf(source);
    });
  }

  /** All that lies in a rectangle. */
  all = (c: CanvasRenderingContext2D, world: Rect, k: number): void => {
    const detail = detailAt(k);
    this.islands(c, world, k);
    this.groups(c, world, detail);
    this.edges(c, this.scene.piecesIn(world), k, false);
    for (const card of this.scene.cardsIn(grown(world, 10))) this.card(c, card, k);
  };

  /** What is highlighted, alone. */
  lit(lit: Lit): (c: CanvasRenderingContext2D, world: Rect, k: number) => void {
    return (c, world, k) => {
      const pieces = this.scene.piecesIn(world).filter((piece) => lit.pieces.has(piece));
      this.edges(c, pieces, k, true);
      for (const card of this.scene.cardsIn(grown(world, 10))) {
        if (lit.cards.has(card)) this.card(c, card, k);
      }
    };
  }

  private card(c: CanvasRenderingContext2D, index: number, k: number): void {
    const card = this.scene.cards[index];
    if (card) drawCard(c, card, this.scene.rectOf(index), this.look, k);
  }

  private islands(c: CanvasRenderingContext2D, world: Rect, k: number): void {
    const { palette } = this.look;
    this.scene.layout.bands.forEach((rect, band) => {
      if (rect === null || !meet(rect, world)) return;
      const location = this.scene.visible.bands[band] ?? "";
      c.beginPath();
      c.roundRect(rect.x, rect.y, rect.width, rect.height, 22);
      c.fillStyle = palette.fill(location);
      c.fill();
      c.lineWidth = Math.max(1.5, 1 / k);
      c.strokeStyle = palette.stroke(location);
      c.globalAlpha *= 0.55;
      c.stroke();
      c.globalAlpha /= 0.55;
    });
  }

  private groups(c: CanvasRenderingContext2D, world: Rect, detail: Detail): void {
    const { palette } = this.look;
    this.scene.layout.lanes.forEach((rect, index) => {
      if (rect === null || !meet(rect, world)) return;
      const lane = this.scene.visible.lanes[index];
      if (lane === undefined) return;
      c.beginPath();
      c.roundRect(rect.x, rect.y, rect.width, rect.height, 12);
      c.fillStyle = palette.page;
      c.globalAlpha *= 0.6;
      c.fill();
      c.globalAlpha /= 0.6;
      c.lineWidth = 1.2;
      c.strokeStyle = palette.stroke(lane.location);
      c.globalAlpha *= 0.4;
      c.stroke();
      c.globalAlpha /= 0.4;
      if (detail === "blocks") return;
      const middle = rect.y + LANE_HEAD / 2 + 1;
      drawSign(c, rect.x + 16, middle, false, palette);
      c.fillStyle = palette.text;
      c.textBaseline = "middle";
      c.font = `600 ${detail === "all" ? 12.5 : 17}px ${FONT}`;
      c.fillText(fitted(c, `${lane.group}  ${lane.count}`, rect.width - 36), rect.x + 30, middle);
    });
  }

  private edges(c: CanvasRenderingContext2D, pieces: number[], k: number, isLit: boolean): void {
    const { palette } = this.look;
    const byBand = new Map<number, number[]>();
    for (const piece of pieces) {
      const band = this.leaves[piece] as number;
      const list = byBand.get(band);
      if (list) list.push(piece);
      else byBand.set(band, [piece]);
    }
    const detail = detailAt(k);
    c.lineWidth = isLit ? Math.max(2.2, 1.6 / k) : Math.max(1.4, 0.7 / k);
    const strength = isLit || detail === "all" ? 1 : this.strength;
    for (const [band, list] of byBand) {
      const own = band < 0 ? undefined : this.scene.visible.bands[band];
      const colour = own ? palette.stroke(own) : isLit ? palette.text2 : palette.lineStrong;
      c.strokeStyle = c.fillStyle = colour;
      c.globalAlpha *= strength;
      c.beginPath();
      for (const piece of list) this.trace(c, piece, detail);
      c.stroke();
      c.globalAlpha /= strength;
      if (detail !== "blocks") for (const piece of list) this.heads(c, piece);
    }
  }

  private trace(c: CanvasRenderingContext2D, piece: number, detail: Detail): void {
    const { lines } = this.scene.layout;
    const i = 6 * piece;
    const [x1, y1] = [lines[i] as number, lines[i + 1] as number];
    const [a, b] = [lines[i + 2] as number, lines[i + 3] as number];
    const [x2, y2] = [lines[i + 4] as number, lines[i + 5] as number];
    c.moveTo(x1, y1);
    const middle = (a + b) / 2;
    if (detail === "blocks") c.lineTo(x2, y2);
    else if (this.scene.visible.input.isDown) {
      c.lineTo(x1, a);
      c.bezierCurveTo(x1, middle, x2, middle, x2, b);
      c.lineTo(x2, y2);
    } else {
      c.lineTo(a, y1);
      c.bezierCurveTo(middle, y1, middle, y2, b, y2);
      c.lineTo(x2, y2);
    }
  }

  private heads(c: CanvasRenderingContext2D, piece: number): void {
    const { lines } = this.scene.layout;
    const arrows = this.arrows[piece] as number;
    const isDown = this.scene.visible.input.isDown;
    for (const [kind, at, turn] of [
      [AT_END, 6 * piece + 4, -1],
      [AT_BEGIN, 6 * piece, 1],
    ] as const) {
      if ((arrows & kind) === 0) continue;
      const x = lines[at] as number;
      const y = lines[at + 1] as number;
      const [dx, dy] = isDown ? [0, 8 * turn] : [8 * turn, 0];
      const [wx, wy] = isDown ? [4.5, 0] : [0, 4.5];
      c.beginPath();
      c.moveTo(x, y);
      c.lineTo(x + dx + wx, y + dy + wy);
      c.lineTo(x + dx - wx, y + dy - wy);
      c.fill();
    }
  }
}

const grown = (rect: Rect, by: number): Rect => ({
  x: rect.x - by,
  y: rect.y - by,
  width: rect.width + 2 * by,
  height: rect.height + 2 * by,
});
