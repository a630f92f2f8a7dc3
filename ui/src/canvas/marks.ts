/**
 * The marks of statuses as paths in a square of 16, for canvases and for elements made by hand.
 * They say by shape what a colour says; names are those of `design/status.ts`, and a few more.
 */
const RING = "M8 2a6 6 0 1 1 0 12A6 6 0 0 1 8 2Z";

export const MARKS = {
  check: `${RING}M5.3 8.3 7.3 10.2 10.8 6`,
  cross: `${RING}M5.8 5.8l4.4 4.4M10.2 5.8l-4.4 4.4`,
  alert: "M8 2.2 14.6 13.6H1.4ZM8 6.6v3.2M8 11.6v.3",
  spin: "M8 2a6 6 0 1 1-6 6",
  clock: `${RING}M8 4.8V8.2l2.3 1.4`,
  stop: `${RING}M3.8 3.8l8.4 8.4`,
  skip: "M4 3.5 10 8 4 12.5ZM12.5 3.5v9",
  dot: "M8 5.8a2.2 2.2 0 1 1 0 4.4 2.2 2.2 0 0 1 0-4.4Z",
  unplug:
    "M2.5 13.5 5 11M11 5l2.5-2.5M4.5 7.5l4 4-1.5 1.5a2.8 2.8 0 0 1-4-4ZM11.5 8.5l-4-4L9 3a2.8 2.8 0 0 1 4 4Z",
  moon: "M13.5 9.2A5.8 5.8 0 1 1 6.8 2.5a4.6 4.6 0 0 0 6.7 6.7Z",
  info: `${RING}M8 7.4v3.6M8 5v.3`,
  again: "M13.5 8a5.5 5.5 0 1 1-1.7-4M13.6 2v3.2h-3.2",
  diamond: "M8 2 14 8 8 14 2 8Z",
  text: "M3 4.5h10M3 8h10M3 11.5h6",
  arrow: "M3 8h9.5M9 4.5 12.5 8 9 11.5",
} as const;

export type MarkName = keyof typeof MARKS;

/** A mark as an element; it says nothing to assistive technology: a word stands beside it. */
export function markElement(name: MarkName, size = 14): SVGSVGElement {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("width", String(size));
  svg.setAttribute("height", String(size));
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(space, "path");
  path.setAttribute("d", MARKS[name]);
  path.setAttribute("fill", "none");
  path.setAttribute("stroke", "currentColor");
  path.setAttribute("stroke-width", "1.6");
  path.setAttribute("stroke-linecap", "round");
  path.setAttribute("stroke-linejoin", "round");
  svg.append(path);
  return svg;
}
