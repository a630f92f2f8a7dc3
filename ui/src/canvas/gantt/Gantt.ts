/**
 * The steps of a run over time, on a canvas of which only the rows in sight are painted.
 *
 * Framework-free: `new Gantt(element, options)`, `update(data)`, `destroy()`. It knows neither
 * React nor queries. What is where is in `scale.ts` and `steps.ts`, what it looks like in
 * `paint.ts`, what its hint says in `hint.ts`.
 */
import { palette } from "../palette";
import { describe } from "./hint";
import { Inks } from "./inks";
import { HEAD, paint, ROW, type Scene } from "./paint";

import { isSame, panned, type Span, TimeScale, within, zoomed } from "./scale";
import { linksOf } from "./selection";
import { extent, type Row, rowWindow, type Step } from "./steps";

export interface GanttData {
  /** All steps of the run: those that are not shown are still needed for what leads where. */
  steps: readonly Step[];
  rows: readonly Row[];
  begun: number;
  ended: number | null;
  selected: string | null;
  /** What is looked at; null: all, growing with the run. */
  span: Span | null;
  hues: ReadonlyMap<string, number>;
  isDark: boolean;
}

export interface GanttOptions {
  /** A step was chosen, or none. */
  onSelect: (key: string | null) => void;
  /** Another part of the time is looked at; null: all of it. */
  onSpan: (span: Span | null) => void;
  /** A moment as text, in the zone that is preferred. */
  momentOf: (at: number) => string;
}

const ZOOM = 1.35;
const DRAG_PX = 4;

export class Gantt {
  private data: GanttData | undefined;
  private readonly scroller = document.createElement("div");
  private readonly canvas = document.createElement("canvas");
  private readonly spacer = document.createElement("div");
  private readonly hint = document.createElement("div");
  private readonly resized = new ResizeObserver(() => this.layOut());
  private inks: Inks | undefined;
  private links: Scene["links"] = { before: [], after: [] };
  private rowOf = new Map<string, number>();
  private whole: Span = { from: 0, to: 1 };
  private span: Span | null = null;
  private size = { width: 0, height: 0 };
  private hovered: { key: string; x: number; y: number } | null = null;
  private drag: { x: number; span: Span; hasMoved: boolean } | null = null;
  private frame = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private shown: string | null = null;

  constructor(
    private readonly element: HTMLElement,
    private readonly options: GanttOptions,
  ) {
    const { scroller, canvas, spacer, hint } = this;
    element.style.position = "relative";
    Object.assign(scroller.style, { height: "100%", overflow: "hidden auto" });
    Object.assign(canvas.style, { position: "sticky", top: "0", display: "block" });
    scroller.tabIndex = 0;
    scroller.setAttribute("role", "application");
    scroller.setAttribute("aria-roledescription", "timeline of steps");
    hint.setAttribute("role", "tooltip");
    hint.dataset.ganttHint = "";
    hint.hidden = true;
    scroller.append(canvas, spacer);
    element.append(scroller, hint);
    scroller.addEventListener("scroll", () => this.redraw());
    scroller.addEventListener("wheel", (event) => this.onWheel(event), { passive: false });
    scroller.addEventListener("keydown", (event) => this.onKey(event));
    canvas.addEventListener("pointerdown", (event) => this.onDown(event));
    canvas.addEventListener("pointermove", (event) => this.onMove(event));
    canvas.addEventListener("pointerup", (event) => this.onUp(event));
    canvas.addEventListener("pointercancel", () => this.letGo());
    canvas.addEventListener("pointerleave", () => this.hover(null));
    canvas.addEventListener("dblclick", (event) => this.onDouble(event));
    this.resized.observe(element);
  }

  update(data: GanttData): void {
    const before = this.data;
    this.data = data;
    if (before?.hues !== data.hues || before.isDark !== data.isDark) {
      this.inks = new Inks(data.hues, data.isDark);
    }
    this.rowOf = new Map(
      data.rows.flatMap((row, i) => (row.kind === "step" ? [[row.step.key, i] as const] : [])),
    );
    // Its own span is ahead of the one that it has told: only another one from outside counts.
    if (this.drag === null && !isSame(before?.span ?? null, data.span)) this.span = data.span;
    this.links = linksOf(data.steps, data.selected);
    const name = `Timeline of ${data.rows.length} rows. Arrow keys choose a step, plus and minus zoom.`;
    this.scroller.setAttribute("aria-label", name);
    this.layOut();
    if (data.selected !== this.shown) this.reveal(data.selected);
    this.shown = data.selected;
  }

  destroy(): void {
    this.resized.disconnect();
    cancelAnimationFrame(this.frame);
    clearTimeout(this.timer);
    this.scroller.remove();
    this.hint.remove();
  }

  /** Look closer (`factor` above 1) or from further off, around the middle. */
  zoom(factor: number): void {
    const { from, to } = this.looked();
    this.look(zoomed(this.looked(), (from + to) / 2, factor, this.room()));
  }

  /** Look at all of it. */
  fit(): void {
    this.look(null);
  }

  private get gutter(): number {
    return Math.round(Math.min(270, this.size.width * 0.34));
  }

  private now(): number {
    return Date.now() / 1000;
  }

  /** What is looked at. */
  private looked(): Span {
    const room = this.room();
    return this.span === null ? room : within(this.span, room);
  }

  /** All that can be looked at: the run with a margin. */
  private room(): Span {
    const length = this.whole.to - this.whole.from;
    return { from: this.whole.from - length * 0.01, to: this.whole.to + length * 0.06 };
  }

  private look(span: Span | null): void {
    const room = this.room();
    const isAll = span === null || span.to - span.from >= (room.to - room.from) * 0.999;
    this.span = isAll ? null : span;
    this.redraw();
    this.options.onSpan(this.span);
  }

  private layOut(): void {
    const { clientWidth: width, clientHeight: height } = this.scroller;
    const ratio = window.devicePixelRatio || 1;
    const rows = this.data?.rows.length ?? 0;
    this.size = { width, height };
    const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)];
    if (this.canvas.width !== w || this.canvas.height !== h) {
      Object.assign(this.canvas, { width: w, height: h });
      Object.assign(this.canvas.style, { width: `${width}px`, height: `${height}px` });
    }
    this.spacer.style.height = `${Math.max(0, HEAD + rows * ROW + 4 - height)}px`;
    this.redraw();
  }

  private redraw(): void {
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame(() => this.paintNow());
  }

  private paintNow(): void {
    const scene = this.scene();
    const ink = this.canvas.getContext("2d");
    if (scene === null || ink === null) return;
    const ratio = window.devicePixelRatio || 1;
    ink.setTransform(ratio, 0, 0, ratio, 0, 0);
    paint(ink, scene);
    this.element.dataset.rows = String(scene.rows.length);
    this.element.dataset.painted = String(scene.inSight[1] - scene.inSight[0]);
    this.showHint(scene);
    clearTimeout(this.timer);
    if (!scene.isRunOver && !document.hidden) {
      // Again when a bar has grown by a pixel: a run of hours needs no sixty frames a second.
      const pause = Math.min(1_000, Math.max(60, scene.scale.secondsPerPixel * 1_000));
      this.timer = setTimeout(() => this.redraw(), pause);
    }
  }

  private scene(): Scene | null {
    const { data, inks, size } = this;
    if (data === undefined || inks === undefined || size.width === 0) return null;
    const now = this.now();
    this.whole = extent(data.steps, data.begun, data.ended, now);
    const top = this.scroller.scrollTop;
    return {
      rows: data.rows,
      inSight: rowWindow(top, size.height - HEAD, ROW, data.rows.length),
      top,
      ...size,
      gutter: this.gutter,
      scale: new TimeScale(this.looked(), size.width - this.gutter),
      start: data.begun,
      now: Math.max(now, this.whole.from),
      isRunOver: data.ended !== null,
      selected: data.selected,
      hovered: this.hovered?.key ?? null,
      links: this.links,
      rowOf: this.rowOf,
      palette: palette(),
      inks,
    };
  }

  private showHint(scene: Scene): void {
    const { hovered, hint } = this;
    const row = hovered === null ? undefined : scene.rows[this.rowOf.get(hovered.key) ?? -1];
    hint.hidden = hovered === null || row?.kind !== "step" || this.drag?.hasMoved === true;
    if (hovered === null || row?.kind !== "step") return;
    hint.replaceChildren(...describe(row.step, scene.now, scene.isRunOver, this.options.momentOf));
    const left = Math.min(hovered.x + 14, this.size.width - hint.offsetWidth - 8);
    const isLow = hovered.y + hint.offsetHeight + 20 > this.size.height;
    const top = isLow ? hovered.y - hint.offsetHeight - 10 : hovered.y + 16;
    hint.style.transform = `translate(${Math.max(4, left)}px, ${Math.max(2, top)}px)`;
  }

  private stepAt(event: MouseEvent): string | null {
    const y = event.offsetY - HEAD;
    if (y < 0) return null;
    const row = this.data?.rows[Math.floor((y + this.scroller.scrollTop) / ROW)];
    return row?.kind === "step" ? row.step.key : null;
  }

  private hover(at: { key: string; x: number; y: number } | null): void {
    if (at === null && this.hovered === null) return;
    this.hovered = at;
    this.redraw();
  }

  private onDown(event: PointerEvent): void {
    if (event.button !== 0) return;
    this.drag = { x: event.offsetX, span: this.looked(), hasMoved: false };
    this.canvas.setPointerCapture(event.pointerId);
  }

  private onMove(event: PointerEvent): void {
    if (this.drag) {
      const moved = event.offsetX - this.drag.x;
      if (Math.abs(moved) >= DRAG_PX && event.pointerType !== "touch") this.drag.hasMoved = true;
      if (this.drag.hasMoved) {
        const { span } = this.drag;
        const perPixel = (span.to - span.from) / Math.max(1, this.size.width - this.gutter);
        this.look(panned(span, -moved * perPixel, this.room()));
      }
    }
    const key = this.stepAt(event);
    this.hover(key === null ? null : { key, x: event.offsetX, y: event.offsetY });
  }

  private onUp(event: PointerEvent): void {
    const wasClick = this.drag !== null && !this.drag.hasMoved;
    this.letGo();
    if (!wasClick) return;
    const key = this.stepAt(event);
    this.options.onSelect(key === this.data?.selected ? null : key);
  }

  private letGo(): void {
    this.drag = null;
  }

  private onDouble(event: MouseEvent): void {
    const key = this.stepAt(event);
    const step = this.data?.steps.find((each) => each.key === key);
    const from = step?.ready_at ?? step?.attempts[0]?.asked_at;
    if (!step || from === undefined || from === null) return;
    const to = step.attempts.at(-1)?.ended_at ?? this.now();
    const margin = Math.max(0.01, (to - from) * 0.15);
    this.look(within({ from: from - margin, to: to + margin }, this.room()));
    this.options.onSelect(step.key);
  }

  private onWheel(event: WheelEvent): void {
    const isSideways = event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY);
    if (event.ctrlKey || event.metaKey) {
      const scale = new TimeScale(this.looked(), this.size.width - this.gutter);
      const at = scale.at(Math.max(0, event.offsetX - this.gutter));
      event.preventDefault();
      this.look(zoomed(this.looked(), at, Math.exp(-event.deltaY / 300), this.room()));
    } else if (isSideways) {
      event.preventDefault();
      this.pan((event.deltaX || event.deltaY) / Math.max(1, this.size.width - this.gutter));
    }
  }

  /** Move by a share of what is looked at. */
  private pan(share: number): void {
    const { from, to } = this.looked();
    this.look(panned({ from, to }, share * (to - from), this.room()));
  }

  private onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const keys: Record<string, () => void> = {
      ArrowDown: () => this.choose(1),
      ArrowUp: () => this.choose(-1),
      ArrowLeft: () => this.pan(-0.15),
      ArrowRight: () => this.pan(0.15),
      "+": () => this.zoom(ZOOM),
      "=": () => this.zoom(ZOOM),
      "-": () => this.zoom(1 / ZOOM),
      "0": () => this.fit(),
      Escape: () => this.options.onSelect(null),
    };
    const does = keys[event.key];
    if (does === undefined) return;
    event.preventDefault();
    does();
  }

  /** Choose the step `by` rows further, over headings. */
  private choose(by: number): void {
    const rows = this.data?.rows ?? [];
    const selected = this.data?.selected ?? null;
    const at = selected === null ? undefined : this.rowOf.get(selected);
    for (let i = at === undefined ? (by > 0 ? 0 : rows.length - 1) : at + by; rows[i]; i += by) {
      const row = rows[i];
      if (row?.kind !== "step") continue;
      this.options.onSelect(row.step.key);
      return;
    }
  }

  /** Scroll a step that is out of sight to the middle. */
  private reveal(key: string | null): void {
    const index = key === null ? undefined : this.rowOf.get(key);
    if (index === undefined) return;
    const top = index * ROW;
    const room = this.size.height - HEAD;
    const seen = this.scroller.scrollTop;
    if (top >= seen && top + ROW <= seen + room) return;
    this.scroller.scrollTop = top - room / 2;
  }
}
