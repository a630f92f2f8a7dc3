/** Layouts by what they are made of; the last few are kept. Large ones come from a worker. */
import { type Layout, type LayoutInput, layOut } from "./layout";
import type { Asked, Told } from "./layout.worker";

/** Up to so many nodes and edges a layout takes less than a frame, and a worker longer to start. */
const SMALL = 300;
const KEPT = 8;

export class Layouter {
  private worker: Worker | undefined;
  private readonly known = new Map<string, Layout>();
  private readonly waiting = new Map<string, (layout: Layout) => void>();

  /** Call `found` with the layout: at once where it is known or small. */
  ask(key: string, input: LayoutInput, found: (layout: Layout) => void): void {
    const known = this.known.get(key);
    if (known !== undefined) {
      this.keep(key, known);
      found(known);
    } else if (input.count + input.sources.length <= SMALL) {
      const layout = layOut(input);
      this.keep(key, layout);
      found(layout);
    } else {
      const isAsked = this.waiting.has(key);
      this.waiting.set(key, found);
      if (!isAsked) this.started().postMessage({ key, input } satisfies Asked);
    }
  }

  private started(): Worker {
    if (this.worker === undefined) {
      this.worker = new Worker(new URL("./layout.worker.ts", import.meta.url), { type: "module" });
      this.worker.onmessage = ({ data }: MessageEvent<Told>) => {
        this.keep(data.key, data.layout);
        const found = this.waiting.get(data.key);
        this.waiting.delete(data.key);
        found?.(data.layout);
      };
    }
    return this.worker;
  }

  private keep(key: string, layout: Layout): void {
    this.known.delete(key);
    this.known.set(key, layout);
    const oldest = this.known.keys().next().value;
    if (this.known.size > KEPT && oldest !== undefined) this.known.delete(oldest);
  }

  destroy(): void {
    this.worker?.terminate();
    this.waiting.clear();
  }
}
