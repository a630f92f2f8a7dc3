/** The layout, beside the page: a graph of ten thousand must not hold up its frames. */
import { type Layout, type LayoutInput, layOut } from "./layout";

export interface Asked {
  key: string;
  input: LayoutInput;
}

export interface Told {
  key: string;
  layout: Layout;
}

self.onmessage = ({ data }: MessageEvent<Asked>) => {
  const layout = layOut(data.input);
  const buffers = [layout.x, layout.y, layout.lines, layout.pieces].map((list) => list.buffer);
  self.postMessage({ key: data.key, layout } satisfies Told, buffers as ArrayBuffer[]);
};
