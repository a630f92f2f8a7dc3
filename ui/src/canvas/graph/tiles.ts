/**
 * A large drawing kept as tiles, so that a frame costs the same however much it holds.
 *
 * Tiles are painted as they come into sight, a few milliseconds' worth a frame; until then, what is
 * known from another zoom level is shown in their place. Spoiled tiles are shown until painted anew.
 */
import type { Rect } from "./layout";

export interface Camera {
  /** Where the drawing's origin is on screen. */
  x: number;
  y: number;
  /** Pixels on screen per unit of the drawing. */
  k: number;
}

export type Paint = (context: CanvasRenderingContext2D, world: Rect, k: number) => void;

/**
 * Canvases that are kept in main memory. Copying some tiles a frame is quick there everywhere; where
 * the graphics card is only emulated (virtual machines, remote desktops), it is six times slower.
 */
export const IN_MEMORY: CanvasRenderingContext2DSettings = { willReadFrequently: true };

const SIDE = 512;
const MOST_TILES = 72;
const PAINT_MS = 6;
const OVERVIEW_SIDE = 1_600;
/** The whole in small is not painted more often than this, however often things change. */
const OVERVIEW_MS = 3_000;

interface Tile {
  canvas: HTMLCanvasElement;
  version: number;
  usedAt: number;
}

export class Tiles {
  private readonly tiles = new Map<string, Tile>();
  private version = 0;
  private frame = 0;
  private overview:
    | { canvas: HTMLCanvasElement; k: number; version: number; at: number }
    | undefined;
  /** The zoom level whose tiles stand in for those of another one. */
  private settled: number | undefined;

  /**
   * @param paint draws what lies in a rectangle of the drawing.
   * @param hasOverview whether all of it is kept in small, to have something to show at once.
   */
  constructor(
    private readonly paint: Paint,
    private readonly hasOverview: boolean,
  ) {}

  /** What is kept is no longer true, but better than nothing. */
  spoil(): void {
    this.version++;
  }

  /** What is kept belongs to another drawing. */
  clear(): void {
    this.tiles.clear();
    this.overview = undefined;
    this.settled = undefined;
  }

  /** The whole drawing in small. */
  small(width: number, height: number): { canvas: HTMLCanvasElement; k: number } {
    const now = performance.now();
    const isOld = this.overview?.version !== this.version && now > (this.overview?.at ?? 0);
    if (this.overview === undefined || isOld) {
      const k = Math.min(1, OVERVIEW_SIDE / Math.max(width, height, 1));
      const canvas = this.overview?.canvas ?? document.createElement("canvas");
      canvas.width = Math.max(1, Math.ceil(width * k));
      canvas.height = Math.max(1, Math.ceil(height * k));
      const context = canvas.getContext("2d", IN_MEMORY);
      context?.setTransform(k, 0, 0, k, 0, 0);
      if (context) this.paint(context, { x: 0, y: 0, width, height }, k);
      this.overview = { canvas, k, version: this.version, at: now + OVERVIEW_MS };
    }
    return this.overview;
  }

  /**
   * Draw what is in sight.
   *
   * @param drawing the size of the whole.
   * @param isZooming whether the zoom level is about to change again: no tile is painted then.
   * @returns whether all was there; if not, draw again in the next frame.
   */
  draw(
    context: CanvasRenderingContext2D,
    camera: Camera,
    view: { width: number; height: number; ratio: number },
    drawing: { width: number; height: number },
    isZooming: boolean,
  ): boolean {
    this.frame++;
    const { k } = camera;
    const isWhole = !isZooming && this.fill(camera, view, drawing);
    if (!isWhole && !this.covers(camera, view, k)) this.standIn(context, camera, view, drawing);
    this.show(context, camera, view, k);
    if (isWhole) {
      this.settled = k;
      this.forget();
    }
    return isWhole;
  }

  /** What is known from other zoom levels, in place of what is not painted yet. */
  private standIn(
    context: CanvasRenderingContext2D,
    camera: Camera,
    view: { width: number; height: number },
    drawing: { width: number; height: number },
  ): void {
    if (this.hasOverview) {
      const { canvas, k } = this.small(drawing.width, drawing.height);
      const scale = camera.k / k;
      context.imageSmoothingQuality = "low";
      context.drawImage(canvas, camera.x, camera.y, canvas.width * scale, canvas.height * scale);
    }
    if (this.settled !== undefined && this.settled !== camera.k) {
      this.show(context, camera, view, this.settled);
    }
  }

  private *inSight(
    camera: Camera,
    view: { width: number; height: number },
    k: number,
  ): Iterable<[number, number]> {
    const side = (SIDE * camera.k) / k;
    const left = Math.floor(-camera.x / side);
    const right = Math.floor((view.width - camera.x) / side);
    const top = Math.floor(-camera.y / side);
    const bottom = Math.floor((view.height - camera.y) / side);
    for (let row = top; row <= bottom; row++) {
      for (let column = left; column <= right; column++) yield [column, row];
    }
  }

  private covers(camera: Camera, view: { width: number; height: number }, k: number): boolean {
    for (const [column, row] of this.inSight(camera, view, k)) {
      if (!this.tiles.has(`${k} ${column} ${row}`)) return false;
    }
    return true;
  }

  private show(
    context: CanvasRenderingContext2D,
    camera: Camera,
    view: { width: number; height: number },
    k: number,
  ): void {
    const side = (SIDE * camera.k) / k;
    for (const [column, row] of this.inSight(camera, view, k)) {
      const tile = this.tiles.get(`${k} ${column} ${row}`);
      if (tile === undefined) continue;
      tile.usedAt = this.frame;
      const x = camera.x + column * side;
      const y = camera.y + row * side;
      context.drawImage(tile.canvas, x, y, side, side);
    }
  }

  /** Paint what is missing or spoiled, as long as a frame has room for it. */
  private fill(
    camera: Camera,
    view: { width: number; height: number; ratio: number },
    drawing: { width: number; height: number },
  ): boolean {
    const { k } = camera;
    const until = performance.now() + PAINT_MS;
    const side = SIDE / k;
    for (const [column, row] of this.inSight(camera, view, k)) {
      const key = `${k} ${column} ${row}`;
      const tile = this.tiles.get(key);
      if (tile !== undefined && tile.version === this.version) continue;
      const world = { x: column * side, y: row * side, width: side, height: side };
      const isBeside =
        world.x > drawing.width + side / 8 || world.y > drawing.height + side / 8 || row < -1;
      if (!isBeside && performance.now() > until) return false;
      const canvas = tile?.canvas ?? document.createElement("canvas");
      canvas.width = canvas.height = isBeside ? 1 : SIDE * view.ratio;
      const context = canvas.getContext("2d", IN_MEMORY);
      if (context && !isBeside) {
        const scale = k * view.ratio;
        context.setTransform(scale, 0, 0, scale, -world.x * scale, -world.y * scale);
        this.paint(context, world, k);
      }
      this.tiles.set(key, { canvas, version: this.version, usedAt: this.frame });
    }
    return true;
  }

  /** Let go of tiles that were not in sight for the longest time. */
  private forget(): void {
    if (this.tiles.size <= MOST_TILES) return;
    const byUse = [...this.tiles].sort(([, a], [, b]) => a.usedAt - b.usedAt);
    for (const [key] of byUse.slice(0, this.tiles.size - MOST_TILES)) this.tiles.delete(key);
  }
}
