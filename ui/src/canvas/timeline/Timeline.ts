/** Runs over time, a row each for what they make: a canvas beside which a page puts the rows' names. */
import { statusOf } from "@/design/status";
import { duration, moment } from "@/design/time";
import type { Preferences } from "@/settings/preferences";
import { type Palette, palette } from "../palette";
import { type Bar, type Piece, pieces } from "./lanes";
import { ticks } from "./ticks";

export const ROW_PX = 30;
export const AXIS_PX = 26;
const TICK_PX = 90;

export interface TimelineData {
  rows: readonly (readonly Bar[])[];
  /** The window, in seconds since the epoch. */
  from: number;
  to: number;
  preferences: Preferences;
}

export interface TimelineOptions {
  /** Somebody pressed on these runs, oldest first. */
  onPick: (bars: readonly Bar[], row: number) => void;
  /** Now, in seconds. */
  now: () => number;
}

export class Timeline {
  private readonly canvas = document.createElement("canvas");
  private readonly tip = document.createElement("div");
  private readonly watch: ResizeObserver;
  private data: TimelineData | undefined;
  private drawn: Piece[][] = [];
  private hovered: Piece | undefined;
  private frame = 0;
  private width = 0;

  constructor(
    private readonly element: HTMLElement,
    private readonly options: TimelineOptions,
  ) {
    this.canvas.setAttribute("aria-hidden", "true");
    this.canvas.style.display = "block";
    this.tip.hidden = true;
    this.tip.dataset.tip = "";
    element.append(this.canvas, this.tip);
    this.watch = new ResizeObserver(() => this.redraw());
    this.watch.observe(element);
    this.canvas.addEventListener("pointermove", (event) => this.hover(event));
    this.canvas.addEventListener("pointerleave", () => this.hover(undefined));
    this.canvas.addEventListener("click", (event) => this.pick(event));
  }

  update(data: TimelineData): void {
    this.data = data;
    this.redraw();
  }

  /** Draw again soon: the theme or the size has changed, or time has passed. */
  redraw(): void {
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame(() => this.draw());
  }

  destroy(): void {
    cancelAnimationFrame(this.frame);
    this.watch.disconnect();
    this.canvas.remove();
    this.tip.remove();
  }

  private draw(): void {
    const { data } = this;
    if (data === undefined) return;
    const height = AXIS_PX + data.rows.length * ROW_PX;
    const ratio = window.devicePixelRatio || 1;
    this.width = this.element.clientWidth;
    this.canvas.width = Math.round(this.width * ratio);
    this.canvas.height = Math.round(height * ratio);
    this.canvas.style.width = `${this.width}px`;
    this.canvas.style.height = `${height}px`;
    const g = this.canvas.getContext("2d");
    if (g === null) return;
    g.setTransform(ratio, 0, 0, ratio, 0, 0);
    const colours = palette();
    this.drawAxis(g, data, colours, height);
    const now = Math.min(this.options.now(), data.to);
    const x = (at: number) => this.x(Math.max(at, data.from));
    this.drawn = data.rows.map((bars) => pieces(bars, x, now));
    this.drawn.forEach((row, i) => {
      for (const piece of row) drawPiece(g, piece, AXIS_PX + i * ROW_PX, colours);
    });
    if (this.options.now() < data.to) {
      g.fillStyle = colours.accent;
      g.fillRect(this.x(now), AXIS_PX - 4, 1.5, height);
    }
  }

  private drawAxis(
    g: CanvasRenderingContext2D,
    data: TimelineData,
    colours: Palette,
    height: number,
  ): void {
    const most = Math.max(1, Math.floor(this.width / TICK_PX));
    g.font = '11.5px "Inter Variable", system-ui, sans-serif';
    g.textBaseline = "middle";
    for (const tick of ticks(data.from, data.to, most, data.preferences)) {
      const x = Math.round(this.x(tick.at)) + 0.5;
      g.strokeStyle = tick.isDay ? colours.lineStrong : colours.line;
      g.beginPath();
      g.moveTo(x, AXIS_PX - 5);
      g.lineTo(x, height);
      g.stroke();
      g.fillStyle = tick.isDay ? colours.text : colours.text2;
      const half = g.measureText(tick.label).width / 2;
      g.fillText(tick.label, Math.min(Math.max(x - half, 2), this.width - 2 * half - 2), 10);
    }
    g.strokeStyle = colours.line;
    for (let y = AXIS_PX; y <= height; y += ROW_PX) {
      g.beginPath();
      g.moveTo(0, Math.floor(y) + 0.5);
      g.lineTo(this.width, Math.floor(y) + 0.5);
      g.stroke();
    }
  }

  private x(at: number): number {
    const { from, to } = this.data as TimelineData;
    return ((at - from) / (to - from)) * this.width;
  }

  private at(event: MouseEvent): { piece: Piece | undefined; row: number } {
    const row = Math.floor((event.offsetY - AXIS_PX) / ROW_PX);
    const near = (piece: Piece) =>
      event.offsetX >= piece.x - 2 && event.offsetX <= piece.x + piece.width + 2;
    return { piece: this.drawn[row]?.find(near), row };
  }

  private pick(event: MouseEvent): void {
    const { piece, row } = this.at(event);
    if (piece) this.options.onPick(piece.bars, row);
  }

  private hover(event: PointerEvent | undefined): void {
    const found = event && this.at(event);
    this.hovered = found?.piece;
    this.canvas.style.cursor = this.hovered ? "pointer" : "";
    this.tip.hidden = this.hovered === undefined;
    if (!event || !this.hovered || !this.data) return;
    this.tip.textContent = told(this.hovered, this.data.preferences, this.options.now());
    const left = Math.min(event.offsetX + 14, this.width - this.tip.offsetWidth - 4);
    this.tip.style.transform = `translate(${Math.max(0, left)}px, ${event.offsetY + 16}px)`;
  }
}

function drawPiece(g: CanvasRenderingContext2D, piece: Piece, top: number, colours: Palette): void {
  const { tone } = statusOf("run", piece.status);
  g.fillStyle = colours.tone[tone];
  g.beginPath();
  g.roundRect(piece.x, top + 7, piece.width, ROW_PX - 14, Math.min(4, piece.width / 2));
  g.fill();
  if (piece.width < 18) return;
  // A mark where there is room: colour is never alone.
  g.fillStyle = colours.panel;
  g.font = '600 11px "Inter Variable", system-ui, sans-serif';
  g.textBaseline = "middle";
  const mark = { good: "✓", bad: "✗", warn: "–", busy: "▸", quiet: "…" }[tone];
  g.fillText(
    piece.bars.length > 1 ? `${piece.bars.length}` : mark,
    piece.x + 5,
    top + ROW_PX / 2 + 0.5,
  );
}

function told(piece: Piece, preferences: Preferences, now: number): string {
  const [first, second] = piece.bars;
  if (first === undefined) return "";
  if (second === undefined) {
    const took = duration((first.to ?? now) - first.from);
    return `${statusOf("run", first.status).word} · ${moment(first.from, preferences)} · ${took}`;
  }
  const counts = new Map<string, number>();
  for (const { status } of piece.bars) {
    const { word } = statusOf("run", status);
    counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return [...counts].map(([word, count]) => `${count} × ${word.toLowerCase()}`).join(", ");
}
