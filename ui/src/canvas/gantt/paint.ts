/** Paints what is in sight of a Gantt. It decides nothing: what is where comes in the scene. */
import { statusOf, type Tone } from "@/design/status";
import { MARKS, type MarkName } from "../marks";
import type { Palette } from "../palette";
import type { Inks } from "./inks";
import type { TimeScale } from "./scale";
import { ticks } from "./scale";
import { type Bar, barsOf, type Row, type Step } from "./steps";

export const ROW = 26;
export const HEAD = 28;
const BAR = 14;
const FONT = '12.5px "Inter Variable", system-ui, sans-serif';
const SMALL = '11.5px "Inter Variable", system-ui, sans-serif';

export interface Scene {
  rows: readonly Row[];
  /** Those in sight: the first, and the one after the last. */
  inSight: readonly [number, number];
  /** How far the rows are scrolled, in pixels. */
  top: number;
  width: number;
  height: number;
  /** Width of the names at the left. */
  gutter: number;
  scale: TimeScale;
  start: number;
  now: number;
  isRunOver: boolean;
  selected: string | null;
  hovered: string | null;
  /** Rows of the steps that the selected one needs, and of those that need it. */
  links: { before: readonly Step[]; after: readonly Step[] };
  rowOf: ReadonlyMap<string, number>;
  palette: Palette;
  inks: Inks;
}

type Ink = CanvasRenderingContext2D;

const paths = new Map<MarkName, Path2D>();

export function paint(ink: Ink, scene: Scene): void {
  const { width, height, gutter, palette } = scene;
  ink.clearRect(0, 0, width, height);
  ink.textBaseline = "middle";
  paintGrid(ink, scene);
  clipped(ink, gutter, HEAD, width - gutter, height - HEAD, () => {
    for (let i = scene.inSight[0]; i < scene.inSight[1]; i++) paintBars(ink, scene, i);
    paintLinks(ink, scene);
  });
  clipped(ink, 0, HEAD, gutter, height - HEAD, () => {
    for (let i = scene.inSight[0]; i < scene.inSight[1]; i++) paintName(ink, scene, i);
  });
  ink.strokeStyle = palette.line;
  line(ink, gutter + 0.5, 0, gutter + 0.5, height);
}

function clipped(ink: Ink, x: number, y: number, w: number, h: number, draw: () => void): void {
  ink.save();
  ink.beginPath();
  ink.rect(x, y, w, h);
  ink.clip();
  draw();
  ink.restore();
}

/** The upper edge of a row on the canvas. */
export const rowTop = (scene: Pick<Scene, "top">, index: number): number =>
  HEAD + index * ROW - scene.top;

function paintGrid(ink: Ink, scene: Scene): void {
  const { palette, width, height, gutter, scale } = scene;
  for (let i = scene.inSight[0]; i < scene.inSight[1]; i++) {
    const row = scene.rows[i];
    if (row?.kind === "location") ink.fillStyle = palette.panel2;
    else if (row?.step.key === scene.selected) ink.fillStyle = palette.accentSoft;
    else if (row?.step.key === scene.hovered) ink.fillStyle = palette.panel2;
    else continue;
    ink.fillRect(0, rowTop(scene, i), width, ROW);
  }
  ink.fillStyle = palette.panel2;
  ink.fillRect(0, 0, width, HEAD);
  ink.font = SMALL;
  ink.textAlign = "left";
  ink.fillStyle = palette.text2;
  ink.fillText("Step", 12, HEAD / 2 + 1);
  clipped(ink, gutter, 0, width - gutter, height, () => {
    for (const tick of ticks(scale, scene.start)) {
      const x = Math.round(gutter + scale.x(tick.at)) + 0.5;
      ink.strokeStyle = palette.line;
      line(ink, x, HEAD - 6, x, height);
      ink.fillText(tick.label, x + 4, HEAD / 2 + 1);
    }
    if (!scene.isRunOver) {
      const x = Math.round(gutter + scale.x(scene.now)) + 0.5;
      ink.strokeStyle = palette.accent;
      line(ink, x, HEAD - 6, x, height);
    }
  });
  ink.strokeStyle = palette.line;
  line(ink, 0, HEAD - 0.5, width, HEAD - 0.5);
}

function paintBars(ink: Ink, scene: Scene, index: number): void {
  const row = scene.rows[index];
  if (row?.kind !== "step") return;
  const y = rowTop(scene, index) + (ROW - BAR) / 2;
  const colours = scene.inks.of(row.step.location);
  for (const bar of barsOf(row.step, scene.now, scene.isRunOver)) {
    const from = scene.gutter + scene.scale.x(bar.from);
    const to = scene.gutter + scene.scale.x(bar.to);
    if (to < scene.gutter - 20 || from > scene.width) continue;
    if (bar.phase === "waiting") {
      ink.strokeStyle = scene.palette.text2;
      ink.setLineDash([1.5, 3]);
      ink.lineWidth = 1.5;
      line(ink, from, y + BAR / 2, to, y + BAR / 2);
      ink.setLineDash([]);
      ink.lineWidth = 1;
      continue;
    }
    const width = Math.max(bar.phase === "running" ? 3 : 1, to - from);
    ink.beginPath();
    ink.roundRect(from, y, width, BAR, bar.phase === "running" ? Math.min(3, width / 2) : 0);
    ink.fillStyle = bar.phase === "running" ? colours.solid : colours.stripes;
    ink.fill();
    if (bar.phase === "running") paintOutcome(ink, scene, bar, from + width, y);
  }
}

const OUTCOMES: Readonly<Record<string, { tone: Tone; mark: MarkName }>> = {
  FAILURE: { tone: "bad", mark: "cross" },
  LOST: { tone: "bad", mark: "unplug" },
  UP_FOR_RETRY: { tone: "warn", mark: "again" },
  CANCELED: { tone: "warn", mark: "stop" },
  SKIPPED: { tone: "quiet", mark: "skip" },
};

/** What an attempt came to, behind its bar; success says nothing. */
function paintOutcome(ink: Ink, scene: Scene, bar: Bar, end: number, y: number): void {
  const told = bar.outcome === null ? undefined : OUTCOMES[bar.outcome];
  if (told === undefined) return;
  const colour = scene.palette.tone[told.tone];
  ink.fillStyle = colour;
  ink.fillRect(end - 1.5, y - 2, 3, BAR + 4);
  mark(ink, told.mark, end + 3, y, BAR, colour);
}

function paintName(ink: Ink, scene: Scene, index: number): void {
  const row = scene.rows[index];
  if (row === undefined) return;
  const { palette, gutter } = scene;
  const middle = rowTop(scene, index) + ROW / 2;
  ink.textAlign = "left";
  if (row.kind === "location") {
    ink.fillStyle = scene.inks.of(row.location).solid;
    dot(ink, 16, middle);
    ink.font = `600 ${FONT}`;
    ink.fillStyle = palette.text;
    ink.fillText(fitted(ink, `${row.location} · ${row.count}`, gutter - 34), 26, middle + 1);
    return;
  }
  const { tone, mark: name } = statusOf("step", row.step.status);
  mark(ink, name, 9, middle - 7, 14, palette.tone[tone]);
  ink.fillStyle = scene.inks.of(row.step.location).solid;
  ink.fillRect(gutter - 7, middle - 7, 4, 14);
  ink.font = FONT;
  ink.fillStyle = row.step.key === scene.selected ? palette.accent : palette.text;
  ink.fillText(fitted(ink, row.step.key, gutter - 44), 30, middle + 1);
}

/** Lines from what the selected step needs, and to what needs it. */
function paintLinks(ink: Ink, scene: Scene): void {
  const index = scene.selected === null ? undefined : scene.rowOf.get(scene.selected);
  const row = index === undefined ? undefined : scene.rows[index];
  if (index === undefined || row?.kind !== "step") return;
  const here = ends(scene, row.step);
  if (here === null) return;
  const link = (other: Step, draw: (there: [number, number], at: number) => void) => {
    const at = scene.rowOf.get(other.key);
    const there = ends(scene, other);
    if (at !== undefined && there !== null) draw(there, at);
  };
  ink.lineWidth = 1.4;
  ink.strokeStyle = scene.palette.accent;
  for (const other of scene.links.before) {
    link(other, (there, at) => elbow(ink, scene, there[1], at, here[0], index));
  }
  ink.strokeStyle = scene.palette.text2;
  for (const other of scene.links.after) {
    link(other, (there, at) => elbow(ink, scene, here[1], index, there[0], at));
  }
  ink.lineWidth = 1;
}

/** Where a step's bars begin and end; one that is still to come begins now, or never. */
function ends(scene: Scene, step: Step): [number, number] | null {
  const bars = barsOf(step, scene.now, scene.isRunOver);
  const [first, last] = [bars[0], bars.at(-1)];
  if ((first === undefined || last === undefined) && scene.isRunOver) return null;
  const from = first?.from ?? scene.now;
  return [scene.gutter + scene.scale.x(from), scene.gutter + scene.scale.x(last?.to ?? from)];
}

function elbow(ink: Ink, scene: Scene, x1: number, row1: number, x2: number, row2: number): void {
  const y1 = rowTop(scene, row1) + ROW / 2;
  const y2 = rowTop(scene, row2) + ROW / 2;
  const bend = Math.max(10, Math.abs(x2 - x1) / 3);
  ink.beginPath();
  ink.moveTo(x1, y1);
  ink.bezierCurveTo(x1 + bend, y1, x2 - bend, y2, x2, y2);
  ink.stroke();
}

function mark(ink: Ink, name: MarkName, x: number, y: number, size: number, colour: string): void {
  let path = paths.get(name);
  if (path === undefined) {
    path = new Path2D(MARKS[name]);
    paths.set(name, path);
  }
  ink.save();
  ink.translate(x, y);
  ink.scale(size / 16, size / 16);
  ink.strokeStyle = colour;
  ink.lineWidth = 1.7;
  ink.lineCap = ink.lineJoin = "round";
  ink.stroke(path);
  ink.restore();
}

function dot(ink: Ink, x: number, y: number): void {
  ink.beginPath();
  ink.arc(x, y, 4, 0, 2 * Math.PI);
  ink.fill();
}

function line(ink: Ink, x1: number, y1: number, x2: number, y2: number): void {
  ink.beginPath();
  ink.moveTo(x1, y1);
  ink.lineTo(x2, y2);
  ink.stroke();
}

/** The text, or as much of its beginning and end as fits. */
function fitted(ink: Ink, text: string, width: number): string {
  if (ink.measureText(text).width <= width) return text;
  let kept = Math.max(4, Math.floor((text.length * width) / ink.measureText(text).width) - 1);
  for (; kept > 4; kept--) {
    const head = Math.ceil(kept / 3);
    const short = `${text.slice(0, head)}…${text.slice(text.length - (kept - head))}`;
    if (ink.measureText(short).width <= width) return short;
  }
  return `${text.slice(0, 3)}…`;
}
