/** The marks of statuses, as `StatusTag` draws them, on a canvas: 14 units wide around a point. */
import type { Status } from "@/design/status";

type Draw = (c: CanvasRenderingContext2D) => void;

const circle: Draw = (c) => {
  c.moveTo(6, 0);
  c.arc(0, 0, 6, 0, 2 * Math.PI);
};
const lines =
  (...points: number[][]): Draw =>
  (c) => {
    for (const [x1, y1, ...rest] of points) {
      c.moveTo(x1 as number, y1 as number);
      for (let i = 0; i < rest.length; i += 2) c.lineTo(rest[i] as number, rest[i + 1] as number);
    }
  };
const both =
  (...parts: Draw[]): Draw =>
  (c) => {
    for (const part of parts) part(c);
  };

const MARKS: Readonly<Record<Status["mark"], Draw>> = {
  check: both(circle, lines([-2.6, 0.2, -0.8, 2, 2.8, -1.8])),
  cross: both(circle, lines([-2.2, -2.2, 2.2, 2.2], [2.2, -2.2, -2.2, 2.2])),
  alert: lines([0, -5.6, 6, 5.2, -6, 5.2, 0, -5.6], [0, -1.6, 0, 1.6], [0, 3.2, 0, 3.5]),
  spin: (c) => c.arc(0, 0, 5.6, -0.5 * Math.PI, 1.1 * Math.PI),
  clock: both(circle, lines([0, -3.4, 0, 0, 2.4, 1.4])),
  stop: both(circle, lines([-4.2, -4.2, 4.2, 4.2])),
  skip: lines([-5, -4.5, 2.5, 0, -5, 4.5, -5, -4.5], [4.5, -4.5, 4.5, 4.5]),
  dot: both(circle, (c) => {
    c.moveTo(1, 0);
    c.arc(0, 0, 1, 0, 2 * Math.PI);
  }),
  unplug: lines([-5, 5, -1.5, 1.5], [1.5, -1.5, 5, -5], [-4, -1, 1, 4], [-1, -4, 4, 1]),
  moon: (c) => c.arc(0, 0, 5.5, 0.15 * Math.PI, 1.35 * Math.PI),
};

/** Draw a mark around a point, in the stroke colour that is set. */
export function drawMark(
  context: CanvasRenderingContext2D,
  mark: Status["mark"],
  x: number,
  y: number,
  scale = 1,
): void {
  context.save();
  context.translate(x, y);
  context.scale(scale, scale);
  context.lineWidth = 1.6;
  context.lineCap = "round";
  context.lineJoin = "round";
  context.beginPath();
  MARKS[mark](context);
  context.stroke();
  context.restore();
}
