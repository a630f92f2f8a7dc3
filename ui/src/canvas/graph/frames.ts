/** The last part of the layout: frames around what belongs together. */
import type { Layout, LayoutInput, Rect } from "./layout";
import { BAND_HEAD, BAND_PAD, LANE_HEAD, LANE_PAD } from "./place";

/** The frames of lanes and bands around their nodes, and the size of the whole. */
export function frame(layout: Layout, input: LayoutInput): void {
  const laneBoxes = input.bands.length === 0 ? [] : Array.from(input.bands, () => new Box());
  for (let node = 0; node < input.count; node++) {
    const box = laneBoxes[input.lanes[node] as number] as Box;
    const x = layout.x[node] as number;
    const y = layout.y[node] as number;
    box.take(x, y, x + (input.widths[node] as number), y + (input.heights[node] as number));
  }
  const bandCount = input.bands.reduce((most, band) => Math.max(most, band + 1), 0);
  const bandBoxes = Array.from({ length: bandCount }, () => new Box());
  const all = new Box();
  laneBoxes.forEach((box, lane) => {
    if (box.isEmpty) return;
    if (input.isFramed[lane]) box.grow(LANE_PAD, LANE_HEAD, LANE_PAD);
    bandBoxes[input.bands[lane] as number]?.take(box.left, box.top, box.right, box.bottom);
  });
  for (const box of bandBoxes) {
    if (box.isEmpty) continue;
    if (input.hasBands) box.grow(BAND_PAD, BAND_HEAD, BAND_PAD);
    all.take(box.left, box.top, box.right, box.bottom);
  }
  for (let i = 0; i < layout.lines.length; i += 6) {
    for (const at of [i, i + 4]) {
      const x = layout.lines[at] as number;
      const y = layout.lines[at + 1] as number;
      all.take(x, y, x, y);
    }
  }
  const dx = all.isEmpty ? 0 : -all.left;
  const dy = all.isEmpty ? 0 : -all.top;
  for (let node = 0; node < input.count; node++) {
    layout.x[node] = (layout.x[node] as number) + dx;
    layout.y[node] = (layout.y[node] as number) + dy;
  }
  const shifts = [dx, dy, input.isDown ? dy : dx, input.isDown ? dy : dx, dx, dy];
  for (let i = 0; i < layout.lines.length; i++) {
    layout.lines[i] = (layout.lines[i] as number) + (shifts[i % 6] as number);
  }
  layout.lanes = laneBoxes.map((box, lane) => (input.isFramed[lane] ? box.rect(dx, dy) : null));
  layout.bands = bandBoxes.map((box) => (input.hasBands ? box.rect(dx, dy) : null));
  layout.width = all.isEmpty ? 0 : all.right - all.left;
  layout.height = all.isEmpty ? 0 : all.bottom - all.top;
}

class Box {
  left = Number.POSITIVE_INFINITY;
  top = Number.POSITIVE_INFINITY;
  right = Number.NEGATIVE_INFINITY;
  bottom = Number.NEGATIVE_INFINITY;

  get isEmpty(): boolean {
    return this.left > this.right;
  }

  take(left: number, top: number, right: number, bottom: number): void {
    this.left = Math.min(this.left, left);
    this.top = Math.min(this.top, top);
    this.right = Math.max(this.right, right);
    this.bottom = Math.max(this.bottom, bottom);
  }

  grow(side: number, head: number, foot: number): void {
    this.take(this.left - side, this.top - head, this.right + side, this.bottom + foot);
  }

  rect(dx: number, dy: number): Rect | null {
    if (this.isEmpty) return null;
    const { left, top, right, bottom } = this;
    return { x: left + dx, y: top + dy, width: right - left, height: bottom - top };
  }
}
