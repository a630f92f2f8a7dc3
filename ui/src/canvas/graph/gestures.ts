/** What hands do on the canvas: pan, zoom, point, click, draw a box. Tells, and decides nothing. */
import { select } from "d3-selection";
import { type D3ZoomEvent, type ZoomBehavior, zoom, zoomIdentity } from "d3-zoom";
import type { Rect } from "./layout";
import type { Camera } from "./tiles";

export const LEAST_K = 0.004;
export const MOST_K = 2.5;
/** Less is a click with an unsteady hand. */
const DRAG_PX = 4;

export interface Heard {
  onCamera: (camera: Camera) => void;
  onPoint: (x: number, y: number) => void;
  onLeave: () => void;
  onClick: (x: number, y: number, isAdding: boolean) => void;
  onDoubleClick: (x: number, y: number) => void;
  onMenu: (x: number, y: number, event: MouseEvent) => void;
  /** While a box is drawn with shift, and once when it is done. */
  onBox: (box: Rect | null, isDone: boolean) => void;
  onKey: (event: KeyboardEvent) => void;
}

export class Gestures {
  private readonly zoom: ZoomBehavior<HTMLElement, unknown>;
  private readonly ends = new AbortController();
  private boxFrom: { x: number; y: number } | undefined;
  private wasBox = false;

  constructor(
    private readonly element: HTMLElement,
    private readonly heard: Heard,
  ) {
    this.zoom = zoom<HTMLElement, unknown>()
      .scaleExtent([LEAST_K, MOST_K])
      .clickDistance(DRAG_PX)
      .filter((event: MouseEvent) => !event.shiftKey && event.button === 0)
      .on("zoom", ({ transform }: D3ZoomEvent<HTMLElement, unknown>) => {
        this.heard.onCamera({ x: transform.x, y: transform.y, k: transform.k });
      });
    select(element).call(this.zoom).on("dblclick.zoom", null);
    this.listen();
  }

  /** Move the camera; what is heard of it is the same as if a hand had done so. */
  go({ x, y, k }: Camera): void {
    const clamped = Math.min(MOST_K, Math.max(LEAST_K, k));
    this.zoom.transform(select(this.element), zoomIdentity.translate(x, y).scale(clamped));
  }

  destroy(): void {
    this.ends.abort();
    select(this.element).on(".zoom", null);
  }

  private at(event: MouseEvent): [number, number] {
    const { left, top } = this.element.getBoundingClientRect();
    return [event.clientX - left, event.clientY - top];
  }

  private listen(): void {
    const { element, heard } = this;
    const signal = this.ends.signal;
    const on = <K extends keyof HTMLElementEventMap>(
      kind: K,
      hear: (event: HTMLElementEventMap[K]) => void,
    ) => element.addEventListener(kind, hear, { signal });
    on("pointerdown", (event) => {
      element.focus({ preventScroll: true });
      this.wasBox = false;
      if (!event.shiftKey || event.button !== 0) return;
      const [x, y] = this.at(event);
      this.boxFrom = { x, y };
      element.setPointerCapture(event.pointerId);
    });
    on("pointermove", (event) => {
      const [x, y] = this.at(event);
      const box = this.boxTo(x, y);
      if (box) heard.onBox(box, false);
      else if (!this.boxFrom) heard.onPoint(x, y);
    });
    on("pointerup", (event) => {
      const box = this.boxTo(...this.at(event));
      this.boxFrom = undefined;
      this.wasBox = box !== null;
      if (box) heard.onBox(box, true);
    });
    on("pointercancel", () => {
      this.boxFrom = undefined;
      heard.onBox(null, false);
    });
    on("pointerleave", () => heard.onLeave());
    on("click", (event) => {
      if (!this.wasBox) heard.onClick(...this.at(event), event.shiftKey);
    });
    on("dblclick", (event) => heard.onDoubleClick(...this.at(event)));
    on("contextmenu", (event) => heard.onMenu(...this.at(event), event));
    on("keydown", (event) => heard.onKey(event));
  }

  private boxTo(x: number, y: number): Rect | null {
    if (this.boxFrom === undefined) return null;
    const { x: fromX, y: fromY } = this.boxFrom;
    if (Math.hypot(x - fromX, y - fromY) < DRAG_PX) return null;
    return {
      x: Math.min(x, fromX),
      y: Math.min(y, fromY),
      width: Math.abs(x - fromX),
      height: Math.abs(y - fromY),
    };
  }
}
