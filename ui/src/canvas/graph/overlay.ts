/** What lies over the drawing and keeps its size on screen: names of islands, selection, pointers. */
import { fitted } from "./cards";
import type { Rect } from "./layout";
import type { Palette } from "./palette";
import { BAND_HEAD } from "./place";
import type { Scene } from "./scene";
import type { Camera } from "./tiles";

/** How high the name of an island is. */
const PLATE = 20;
const FONT = '"Inter Variable", system-ui, sans-serif';

/** A name of an island, where it is on screen. */
export interface NamePlate {
  rect: Rect;
  location: string;
}

const onScreen = (rect: Rect, { x, y, k }: Camera): Rect => ({
  x: rect.x * k + x,
  y: rect.y * k + y,
  width: rect.width * k,
  height: rect.height * k,
});

/** The names of islands; those whose corner is out of sight keep theirs at the edge. */
export function drawNames(
  c: CanvasRenderingContext2D,
  scene: Scene,
  palette: Palette,
  camera: Camera,
  view: { width: number; height: number },
): NamePlate[] {
  const plates: NamePlate[] = [];
  const px = camera.k > 0.3 ? 13.5 : 12;
  c.font = `650 ${px}px ${FONT}`;
  c.textBaseline = "middle";
  scene.layout.bands.forEach((band, index) => {
    if (band === null) return;
    const rect = onScreen(band, camera);
    const location = scene.visible.bands[index] ?? "";
    if (rect.height < PLATE || rect.width < 24) return;
    if (rect.x > view.width || rect.y > view.height) return;
    if (rect.x + rect.width < 0 || rect.y + rect.height < 0) return;
    const text = fitted(c, location, Math.max(10, rect.width - 34));
    const width = c.measureText(text).width + 26;
    const { x, y, isInside } = placeOfName(rect, width, BAND_HEAD * camera.k);
    c.beginPath();
    c.roundRect(x, y, width, PLATE, PLATE / 2);
    c.fillStyle = palette.fill(location);
    c.fill();
    if (!isInside) {
      c.lineWidth = 1;
      c.strokeStyle = palette.stroke(location);
      c.stroke();
    }
    c.fillStyle = palette.stroke(location);
    c.beginPath();
    c.arc(x + 10, y + 10, 4, 0, 2 * Math.PI);
    c.fill();
    c.fillStyle = palette.text;
    c.fillText(text, x + 19, y + 10.5);
    plates.push({ rect: { x, y, width, height: PLATE }, location });
  });
  return plates;
}

/** In the head of the island; where that is too low, at its left or, without room there, above. */
function placeOfName(
  rect: Rect,
  width: number,
  head: number,
): { x: number; y: number; isInside: boolean } {
  const isInside = head >= PLATE + 4;
  const isBeside = !isInside && rect.x >= width + 10;
  const left = isBeside ? rect.x - width - 5 : Math.max(rect.x + 8, 8);
  const top = isInside ? rect.y + 5 : isBeside ? rect.y + 2 : rect.y + head - PLATE - 1;
  return {
    x: Math.min(left, rect.x + rect.width - width - 4),
    y: Math.min(Math.max(top, 6), rect.y + rect.height - PLATE - 2),
    isInside,
  };
}

/** A frame around cards, as thick on screen at every zoom level. */
export function drawFrames(
  c: CanvasRenderingContext2D,
  rects: Iterable<Rect>,
  camera: Camera,
  colour: string,
  width: number,
): void {
  c.strokeStyle = colour;
  c.lineWidth = width;
  c.beginPath();
  for (const each of rects) {
    const { x, y, width: w, height: h } = onScreen(each, camera);
    const out = width / 2 + 1;
    c.roundRect(x - out, y - out, w + 2 * out, h + 2 * out, Math.max(2, 9 * camera.k));
  }
  c.stroke();
}

/** The box that is being drawn. */
export function drawBox(c: CanvasRenderingContext2D, box: Rect, palette: Palette): void {
  c.fillStyle = palette.accent;
  c.globalAlpha = 0.12;
  c.fillRect(box.x, box.y, box.width, box.height);
  c.globalAlpha = 1;
  c.strokeStyle = palette.accent;
  c.lineWidth = 1.2;
  c.strokeRect(box.x, box.y, box.width, box.height);
}

/** What is pointed at, by name, where its card is too small to say so. */
export function drawLabel(
  c: CanvasRenderingContext2D,
  text: string,
  at: { x: number; y: number },
  palette: Palette,
  view: { width: number; height: number },
): void {
  c.font = `560 13px ${FONT}`;
  c.textBaseline = "middle";
  const width = c.measureText(text).width + 18;
  const x = Math.min(at.x + 12, view.width - width - 6);
  const y = Math.min(at.y + 14, view.height - 32);
  c.beginPath();
  c.roundRect(x, y, width, 26, 7);
  c.fillStyle = palette.text;
  c.fill();
  c.fillStyle = palette.panel;
  c.fillText(text, x + 9, y + 13.5);
}

/** Beside the buttons at the lower left: at the right there may be something over the canvas. */
const MAP = { width: 176, height: 116, margin: 16, left: 134 };

/** Where the map of the whole is on screen, and how large its drawing is there. */
export function mapRect(
  scene: { width: number; height: number },
  view: { width: number; height: number },
): Rect {
  const k = Math.min(MAP.width / scene.width, MAP.height / scene.height);
  const width = Math.max(6, scene.width * k);
  const height = Math.max(6, scene.height * k);
  return { x: MAP.left, y: view.height - MAP.margin - height, width, height };
}

/** The whole in small, with a frame around what is in sight. */
export function drawMap(
  c: CanvasRenderingContext2D,
  small: HTMLCanvasElement,
  scene: { width: number; height: number },
  camera: Camera,
  view: { width: number; height: number },
  palette: Palette,
): void {
  const map = mapRect(scene, view);
  c.fillStyle = palette.panel;
  c.strokeStyle = palette.line;
  c.lineWidth = 1;
  c.beginPath();
  c.roundRect(map.x - 5, map.y - 5, map.width + 10, map.height + 10, 6);
  c.globalAlpha = 0.92;
  c.fill();
  c.globalAlpha = 1;
  c.stroke();
  c.drawImage(small, map.x, map.y, map.width, map.height);
  const k = map.width / scene.width;
  const clip = (value: number, most: number) => Math.min(most, Math.max(0, value));
  const left = clip((-camera.x / camera.k) * k, map.width);
  const top = clip((-camera.y / camera.k) * k, map.height);
  const right = clip(((view.width - camera.x) / camera.k) * k, map.width);
  const bottom = clip(((view.height - camera.y) / camera.k) * k, map.height);
  c.strokeStyle = palette.accent;
  c.lineWidth = 1.5;
  c.strokeRect(map.x + left, map.y + top, right - left, bottom - top);
}
