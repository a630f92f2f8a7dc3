/** The canvas of a graph: what is on it, from where it is looked at, and what lies at a place. */
import { detailAt, type Look } from "./cards";
import type { Rect } from "./layout";
import {
  drawBox,
  drawFrames,
  drawLabel,
  drawMap,
  drawNames,
  mapRect,
  type NamePlate,
} from "./overlay";
import { Painter } from "./painter";
import { LANE_HEAD } from "./place";
import { inside, type Lit, type Scene } from "./scene";
import { type Camera, IN_MEMORY, Tiles } from "./tiles";

/** How much of what is not highlighted is seen. */
const FADED = 0.22;
const ZOOM_REST_MS = 140;
/** How far a small graph is enlarged to fill the view. */
const FIT_K = 1.1;

/** What lies over the drawing. */
export interface Over {
  /** Indices of cards. */
  selected: readonly number[];
  focus: number | undefined;
  hovered: number;
  pointer: { x: number; y: number } | undefined;
  box: Rect | null;
}

export class Stage {
  private readonly canvas = document.createElement("canvas");
  private readonly context: CanvasRenderingContext2D | null;
  private readonly observer: ResizeObserver;
  private painter: Painter | undefined;
  private whole: Tiles | undefined;
  private shine: Tiles | undefined;
  private plates: NamePlate[] = [];
  private size = { width: 0, height: 0, ratio: 1 };
  private zoomRest: ReturnType<typeof setTimeout> | undefined;
  private isZooming = false;
  private frame = 0;
  scene: Scene | undefined;
  camera: Camera = { x: 0, y: 0, k: 1 };
  over: Over = { selected: [], focus: undefined, hovered: -1, pointer: undefined, box: null };

  /**
   * @param onSized called when it has got a size at last.
   * @param onMiddle called when its middle has moved, by so much.
   */
  constructor(
    private readonly element: HTMLElement,
    private readonly hasMap: boolean,
    private readonly onSized: () => void,
    private readonly onMiddle: (dx: number, dy: number) => void,
  ) {
    this.canvas.setAttribute("aria-hidden", "true");
    Object.assign(this.canvas.style, { display: "block", width: "100%", height: "100%" });
    element.append(this.canvas);
    this.context = this.canvas.getContext("2d", IN_MEMORY);
    this.observer = new ResizeObserver(() => this.resize());
    this.observer.observe(element);
  }

  destroy(): void {
    cancelAnimationFrame(this.frame);
    this.frame = -1;
    clearTimeout(this.zoomRest);
    this.observer.disconnect();
    this.canvas.remove();
  }

  /** Show another scene. */
  show(scene: Scene, look: Look): void {
    this.scene = scene;
    this.painter = new Painter(scene, look);
    this.whole = new Tiles(this.painter.all, true);
    this.shine = undefined;
    this.draw();
  }

  /** Draw the same anew, in other colours or at another time. */
  relook(look: Look): void {
    if (this.painter) this.painter.look = look;
    this.whole?.spoil();
    this.shine?.spoil();
    this.draw();
  }

  /** Let a part stand out, or nothing. */
  highlight(lit: Lit | undefined): void {
    this.shine = lit && this.painter ? new Tiles(this.painter.lit(lit), false) : undefined;
    this.draw();
  }

  look(camera: Camera): void {
    if (camera.k !== this.camera.k) {
      this.isZooming = true;
      clearTimeout(this.zoomRest);
      this.zoomRest = setTimeout(() => {
        this.isZooming = false;
        this.draw();
      }, ZOOM_REST_MS);
    }
    this.camera = camera;
    this.draw();
  }

  /** From where all is seen; undefined while there is nothing, or no room. */
  overall(): Camera | undefined {
    const { width, height } = this.size;
    const { scene } = this;
    if (scene === undefined || width === 0 || scene.width === 0) return undefined;
    const pad = Math.min(28, width / 12);
    const k = Math.min(
      FIT_K,
      (width - 2 * pad) / scene.width,
      (height - 2 * pad) / Math.max(1, scene.height),
    );
    return { x: (width - scene.width * k) / 2, y: (height - scene.height * k) / 2, k };
  }

  /** From where a point of the drawing is in the middle. */
  around(x: number, y: number, k: number): Camera {
    return { x: this.size.width / 2 - x * k, y: this.size.height / 2 - y * k, k };
  }

  /** The middle of the view, on screen. */
  middle(): { x: number; y: number } {
    return { x: this.size.width / 2, y: this.size.height / 2 };
  }

  // --- what lies where ---------------------------------------------------------------------

  /** A rectangle on screen, as one of the drawing. */
  world(rect: Rect): Rect {
    const { x, y, k } = this.camera;
    return {
      x: (rect.x - x) / k,
      y: (rect.y - y) / k,
      width: rect.width / k,
      height: rect.height / k,
    };
  }

  isAnyInSight(): boolean {
    const view = { x: 0, y: 0, width: this.size.width, height: this.size.height };
    return (this.scene?.cardsIn(this.world(view)).length ?? 0) > 0;
  }

  cardAt(x: number, y: number): number {
    const at = this.world({ x, y, width: 0, height: 0 });
    return this.scene?.cardAt(at.x, at.y) ?? -1;
  }

  /** The open group whose head is at a place, or null. */
  headAt(x: number, y: number): string | null {
    const at = this.world({ x, y, width: 0, height: 0 });
    const lane = this.scene?.laneHeadAt(at.x, at.y, LANE_HEAD) ?? -1;
    return this.scene?.visible.lanes[lane]?.id ?? null;
  }

  /** The location whose name is at a place. */
  nameAt(x: number, y: number): string | undefined {
    return this.plates.find((plate) => inside(x, y, plate.rect))?.location;
  }

  /** From where one looks at the place of the map that is at a place on screen. */
  mapAt(x: number, y: number): Camera | undefined {
    if (!this.scene || !this.hasMapNow()) return undefined;
    const map = mapRect(this.scene, this.size);
    if (!inside(x, y, map)) return undefined;
    const scale = this.scene.width / map.width;
    return this.around((x - map.x) * scale, (y - map.y) * scale, this.camera.k);
  }

  /** A map helps where not all is in sight. */
  private hasMapNow(): boolean {
    const { scene, camera, size } = this;
    if (!this.hasMap || scene === undefined || size.width < 560) return false;
    return scene.width * camera.k > size.width * 1.1 || scene.height * camera.k > size.height * 1.1;
  }

  // --- drawing -----------------------------------------------------------------------------

  private resize(): void {
    const { clientWidth: width, clientHeight: height } = this.element;
    const ratio = Math.min(2, window.devicePixelRatio || 1);
    const before = this.size;
    this.size = { width, height, ratio };
    this.canvas.width = Math.round(width * ratio);
    this.canvas.height = Math.round(height * ratio);
    if (width === 0) return;
    if (before.width === 0) this.onSized();
    else this.onMiddle((width - before.width) / 2, (height - before.height) / 2);
    this.paint();
  }

  /** Draw in the next frame. */
  draw(): void {
    if (this.frame !== 0) return;
    this.frame = requestAnimationFrame(() => {
      this.frame = 0;
      this.paint();
    });
  }

  private paint(): void {
    const { context: c, scene, painter, whole, camera, size } = this;
    if (c === null || size.width === 0) return;
    c.setTransform(size.ratio, 0, 0, size.ratio, 0, 0);
    c.clearRect(0, 0, size.width, size.height);
    if (!scene || !painter || !whole) return;
    c.globalAlpha = this.shine ? FADED : 1;
    const isWhole = whole.draw(c, camera, size, scene, this.isZooming);
    c.globalAlpha = 1;
    const isLit = this.shine?.draw(c, camera, size, scene, this.isZooming) ?? true;
    this.plates = drawNames(c, scene, painter.look.palette, camera, size);
    this.paintOver(c, scene, painter.look);
    if (this.hasMapNow()) {
      const { canvas } = whole.small(scene.width, scene.height);
      drawMap(c, canvas, scene, camera, size, painter.look.palette);
    }
    if (!(isWhole && isLit) && !this.isZooming) this.draw();
  }

  private paintOver(c: CanvasRenderingContext2D, scene: Scene, { palette }: Look): void {
    const { selected, focus, hovered, pointer, box } = this.over;
    const rects = selected.map((card) => scene.rectOf(card));
    drawFrames(c, rects, this.camera, palette.accent, 2.5);
    if (focus !== undefined) {
      drawFrames(c, [scene.rectOf(focus)], this.camera, palette.tone.warn, 3.5);
    }
    if (box) drawBox(c, box, palette);
    const card = scene.cards[hovered];
    if (card && pointer && detailAt(this.camera.k) !== "all") {
      const text = card.isGroup ? `${card.group} · ${card.members.length}` : card.id;
      drawLabel(c, text, pointer, palette, this.size);
    }
  }
}
