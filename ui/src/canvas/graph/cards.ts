/** How a card looks: from near as a card with all it says, from far as a block of colour. */
import { statusOf } from "@/design/status";
import { ago } from "@/design/time";
import type { GraphStanding } from "./graph";
import type { Rect } from "./layout";
import { drawMark } from "./marks";
import type { Palette } from "./palette";
import type { Card } from "./visible";

/** How much is shown at a zoom level. */
export type Detail = "blocks" | "titles" | "all";

export const detailAt = (k: number): Detail => (k < 0.2 ? "blocks" : k < 0.55 ? "titles" : "all");

/** What the cards are drawn with, the same for all. */
export interface Look {
  palette: Palette;
  standings: ReadonlyMap<string, GraphStanding>;
  now: number;
}

const FONT = '"Inter Variable", system-ui, sans-serif';
/** The order in which a group tells of its assets: what asks for a look comes first. */
const WORST_FIRST = [
  "failed",
  "checked",
  "running",
  "queued",
  "never",
  "unknown",
  "external",
  "materialized",
];

/** How an asset stands; nobody has said so of one that was never made. */
const statusIn = (look: Look, id: string) => look.standings.get(id)?.status ?? "unknown";

/** Its word, tone and mark. */
const lookIn = (look: Look, id: string) =>
  statusOf(look.standings.get(id)?.kind ?? "asset", statusIn(look, id));

/** How many assets of a card stand how, the worst first. */
export function countsOf(card: Card, look: Look): [string, number][] {
  const counts = new Map<string, number>();
  for (const { id } of card.members) {
    const status = statusIn(look, id);
    counts.set(status, (counts.get(status) ?? 0) + 1);
  }
  const place = (status: string) => (WORST_FIRST.indexOf(status) + 10) % 10;
  return [...counts].sort(([a], [b]) => place(a) - place(b));
}

export function drawCard(
  c: CanvasRenderingContext2D,
  card: Card,
  rect: Rect,
  look: Look,
  k: number,
): void {
  const detail = detailAt(k);
  if (detail === "blocks") drawBlock(c, card, rect, look);
  else if (card.isGroup) drawGroup(c, card, rect, look, detail, k);
  else drawAsset(c, card, rect, look, detail, k);
}

function drawBlock(c: CanvasRenderingContext2D, card: Card, rect: Rect, look: Look): void {
  const { palette } = look;
  if (!card.isGroup) {
    const { tone } = lookIn(look, card.id);
    c.fillStyle = tone === "quiet" ? palette.lineStrong : palette.tone[tone];
    c.fillRect(rect.x, rect.y, rect.width, rect.height);
    return;
  }
  const counts = countsOf(card, look);
  let x = rect.x;
  for (const [status, count] of counts) {
    const { tone } = statusOf("asset", status);
    const width = (rect.width * count) / card.members.length;
    c.fillStyle = tone === "quiet" ? palette.lineStrong : palette.tone[tone];
    c.fillRect(x, rect.y, width, rect.height);
    x += width;
  }
}

function sheet(c: CanvasRenderingContext2D, rect: Rect, palette: Palette): void {
  const { x, y, width, height } = rect;
  c.beginPath();
  c.roundRect(x, y, width, height, 8);
  c.fillStyle = palette.panel;
  c.fill();
  c.lineWidth = 1.2;
  c.strokeStyle = palette.lineStrong;
  c.stroke();
}

function panel(c: CanvasRenderingContext2D, rect: Rect, palette: Palette, location: string): void {
  const { x, y, height } = rect;
  sheet(c, rect, palette);
  c.beginPath();
  c.roundRect(x, y, 5, height, [8, 0, 0, 8]);
  c.fillStyle = palette.stroke(location);
  c.fill();
}

function drawAsset(
  c: CanvasRenderingContext2D,
  card: Card,
  rect: Rect,
  look: Look,
  detail: Detail,
  k: number,
): void {
  const { palette } = look;
  const { x, y, width, height } = rect;
  const { word, tone, mark } = lookIn(look, card.id);
  panel(c, rect, palette, card.location);
  c.strokeStyle = c.fillStyle = palette.tone[tone];
  if (detail === "titles") {
    drawMark(c, mark, x + 24, y + height / 2, 1.5);
    title(c, card.id, x + 42, y + height / 2, width - 50, size(k), palette);
    return;
  }
  const kinds = drawKinds(c, card, x + width - 10, y + 20, palette);
  title(c, card.id, x + 15, y + 20, width - 27 - kinds, 13.5, palette);
  c.strokeStyle = c.fillStyle = palette.tone[tone];
  drawMark(c, mark, x + 22, y + 41);
  c.font = `550 12px ${FONT}`;
  c.textBaseline = "middle";
  c.fillText(word, x + 34, y + 41.5);
  const { at = null, failedChecks = 0 } = look.standings.get(card.id) ?? {};
  if (failedChecks > 0)
    drawFailedChecks(c, failedChecks, x + 44 + c.measureText(word).width, y, palette);
  if (at !== null) {
    c.textAlign = "right";
    c.font = `400 12px ${FONT}`;
    c.fillStyle = palette.text2;
    c.fillText(ago(at, look.now), x + width - 11, y + 41.5);
    c.textAlign = "left";
  }
}

/** A badge with a cross and how many checks failed, beside the word of the status. */
function drawFailedChecks(
  c: CanvasRenderingContext2D,
  many: number,
  x: number,
  y: number,
  palette: Palette,
): void {
  const text = many.toLocaleString("en");
  const width = c.measureText(text).width + 26;
  c.beginPath();
  c.roundRect(x, y + 32.5, width, 17, 8.5);
  c.fillStyle = palette.soft.bad;
  c.fill();
  c.strokeStyle = c.fillStyle = palette.tone.bad;
  drawMark(c, "cross", x + 10, y + 41, 0.8);
  c.fillText(text, x + 19, y + 41.5);
}

/** Large enough to be read on screen, as far as there is room. */
const size = (k: number) => Math.min(22, Math.max(14, 11.5 / k));

/** The kinds of an asset, at the right; how wide they are. */
function drawKinds(
  c: CanvasRenderingContext2D,
  card: Card,
  right: number,
  middle: number,
  palette: Palette,
): number {
  const kinds = card.members[0]?.kinds ?? [];
  if (kinds.length === 0) return 0;
  const text = kinds.length > 1 ? `${kinds[0]} +${kinds.length - 1}` : (kinds[0] ?? "");
  c.font = `500 10.5px ${FONT}`;
  const width = Math.min(86, c.measureText(text).width + 12);
  c.beginPath();
  c.roundRect(right - width, middle - 8.5, width, 17, 8.5);
  c.fillStyle = palette.panel2;
  c.fill();
  c.fillStyle = palette.text2;
  c.textBaseline = "middle";
  c.fillText(fitted(c, text, width - 10), right - width + 6, middle + 0.5);
  return width + 8;
}

/** A key: its last part, and what is before that more quietly if there is room. */
function title(
  c: CanvasRenderingContext2D,
  key: string,
  x: number,
  middle: number,
  width: number,
  px: number,
  palette: Palette,
): void {
  const cut = key.lastIndexOf("/") + 1;
  c.textBaseline = "middle";
  c.font = `620 ${px}px ${FONT}`;
  const name = fitted(c, key.slice(cut), width);
  const nameWidth = c.measureText(name).width;
  let before = 0;
  if (cut > 0) {
    c.font = `450 ${px}px ${FONT}`;
    const prefix = key.slice(0, cut);
    before = c.measureText(prefix).width;
    c.fillStyle = palette.text2;
    if (before + nameWidth <= width) c.fillText(prefix, x, middle);
    else before = 0;
    c.font = `620 ${px}px ${FONT}`;
  }
  c.fillStyle = palette.text;
  c.fillText(name, x + before, middle);
}

/** As much of a text as there is room for. */
export function fitted(c: CanvasRenderingContext2D, text: string, width: number): string {
  if (c.measureText(text).width <= width) return text;
  let low = 1;
  let high = text.length;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (c.measureText(`${text.slice(0, middle)}…`).width <= width) low = middle;
    else high = middle - 1;
  }
  return `${text.slice(0, low)}…`;
}

function drawGroup(
  c: CanvasRenderingContext2D,
  card: Card,
  rect: Rect,
  look: Look,
  detail: Detail,
  k: number,
): void {
  const { palette } = look;
  const { x, y, width, height } = rect;
  for (const shift of [8, 4]) {
    sheet(c, { x: x + shift, y: y + shift, width, height }, palette);
  }
  panel(c, rect, palette, card.location);
  const px = detail === "all" ? 14 : size(k);
  const isLarge = detail !== "all";
  c.fillStyle = palette.text;
  c.textBaseline = "middle";
  c.font = `650 ${px}px ${FONT}`;
  c.fillText(fitted(c, card.group, width - 44), x + 15, y + (isLarge ? 22 : 20));
  drawSign(c, x + width - 19, y + (isLarge ? 22 : 20), true, palette);
  c.font = `450 ${isLarge ? size(k) * 0.85 : 12}px ${FONT}`;
  let at = x + 15;
  for (const [status, count] of countsOf(card, look).slice(0, 4)) {
    const { mark, tone } = statusOf("asset", status);
    const middle = y + (isLarge ? 50 : 49);
    c.strokeStyle = palette.tone[tone];
    drawMark(c, mark, at + 7, middle, isLarge ? 1.2 : 1);
    c.fillStyle = palette.text2;
    const text = String(count);
    c.fillText(text, at + 18, middle + 0.5);
    at += 30 + c.measureText(text).width;
  }
  if (detail === "all") {
    c.textAlign = "right";
    c.fillStyle = palette.text2;
    c.fillText(plural(card.members.length), x + width - 11, y + 49.5);
    c.textAlign = "left";
  }
}

export const plural = (count: number) => `${count} asset${count === 1 ? "" : "s"}`;

/** `+` to open, `−` to close. */
export function drawSign(
  c: CanvasRenderingContext2D,
  x: number,
  y: number,
  isPlus: boolean,
  palette: Palette,
): void {
  c.strokeStyle = palette.text2;
  c.lineWidth = 1.4;
  c.beginPath();
  c.roundRect(x - 7, y - 7, 14, 14, 3);
  c.moveTo(x - 3.5, y);
  c.lineTo(x + 3.5, y);
  if (isPlus) {
    c.moveTo(x, y - 3.5);
    c.lineTo(x, y + 3.5);
  }
  c.stroke();
}
