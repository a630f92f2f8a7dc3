import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Live } from "./live";

class Source {
  static all: Source[] = [];
  onmessage: ((message: { data: string }) => void) | null = null;
  onerror: (() => void) | null = null;
  isOpen = true;
  constructor(readonly url: string) {
    Source.all.push(this);
  }
  addEventListener() {}
  close() {
    this.isOpen = false;
  }
}

const look = (visibility: "visible" | "hidden") => {
  Object.defineProperty(document, "visibilityState", { value: visibility, configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
};
const open = () => Source.all.filter((source) => source.isOpen);
const tell = (source: Source | undefined) => source?.onmessage?.({ data: "{}" });

describe("the stream of changes", () => {
  let stop = () => {};
  const heard = vi.fn();
  const missed = vi.fn();
  const start = () => {
    const live = new Live(heard, missed);
    stop = live.start();
    return live;
  };
  beforeEach(() => {
    vi.useFakeTimers();
    vi.stubGlobal("EventSource", Source);
    Source.all = [];
    heard.mockClear();
    missed.mockClear();
    look("visible");
  });
  afterEach(() => {
    stop();
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  it("is let go of by a tab that is hidden, and taken up by one that is looked at", () => {
    const live = start();
    tell(open()[0]);
    expect(live.connection()).toBe("live");
    look("hidden");
    vi.advanceTimersByTime(10_000);
    expect([open().length, live.connection()]).toEqual([0, "paused"]);
    look("visible");
    tell(open()[0]);
    expect(live.connection()).toBe("live");
    expect(missed).toHaveBeenCalledTimes(1);
  });

  it("is not begun by a tab that is hidden from the start", () => {
    look("hidden");
    start();
    vi.advanceTimersByTime(60_000);
    expect(Source.all).toEqual([]);
    look("visible");
    expect(open().length).toBe(1);
  });

  it("is let go of by a tab that is hidden before it has connected, or while it is lost", () => {
    const live = start();
    look("hidden");
    vi.advanceTimersByTime(10_000);
    expect([open().length, live.connection()]).toEqual([0, "paused"]);
    look("visible");
    open()[0]?.onerror?.();
    expect(live.connection()).toBe("lost");
    look("hidden");
    vi.advanceTimersByTime(60_000);
    expect([open().length, live.connection()]).toEqual([0, "paused"]);
  });

  it("is kept by a tab that is hidden for a moment", () => {
    start();
    tell(open()[0]);
    look("hidden");
    vi.advanceTimersByTime(1_000);
    look("visible");
    vi.advanceTimersByTime(60_000 / 2);
    expect(Source.all.length).toBe(1);
    expect(missed).not.toHaveBeenCalled();
  });

  it("is tried again a second after it was lost, and when nothing was said for long", () => {
    const live = start();
    tell(open()[0]);
    open()[0]?.onerror?.();
    expect([open().length, live.connection()]).toEqual([0, "lost"]);
    vi.advanceTimersByTime(1_000);
    tell(open()[0]);
    expect(live.connection()).toBe("live");
    vi.advanceTimersByTime(36_000);
    expect(live.connection()).toBe("lost");
  });
});
