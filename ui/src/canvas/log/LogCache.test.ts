import { describe, expect, it } from "vitest";
import { CHUNK, LogCache, type LogEvent, MOST_CHUNKS } from "./LogCache";

const event = (id: number): LogEvent => ({
  id,
  kind: "LOG",
  step: null,
  attempt: null,
  timestamp: id,
  message: "",
  data: {},
});
const items = (from: number, count: number) =>
  Array.from({ length: count }, (_, i) => event(1_000 + from + i));

describe("what is known of a log", () => {
  it("is asked for in chunks, only where something is missing", () => {
    const cache = new LogCache();
    cache.take({ total: 1_000, offset: 0, items: items(0, CHUNK) });
    expect(cache.missing(0, 50)).toEqual([]);
    expect(cache.missing(CHUNK - 10, CHUNK + 10)).toEqual([1]);
    expect(cache.missing(900, 2_000)).toEqual([4]);
    expect(cache.at(7)?.id).toBe(1_007);
    expect(cache.at(CHUNK)).toBeUndefined();
  });

  it("takes windows that begin anywhere", () => {
    const cache = new LogCache();
    cache.take({ total: 1_000, offset: 350, items: items(350, 100) });
    expect(cache.missing(350, 450)).toEqual([]);
    expect(cache.missing(340, 450)).toEqual([1]);
    expect(cache.placeOf(1_400)).toBe(400);
  });

  it("asks again for a last chunk that has grown", () => {
    const cache = new LogCache();
    cache.take({ total: 30, offset: 0, items: items(0, 30) });
    expect(cache.missing(0, 40)).toEqual([]);
    cache.take({ total: 35, offset: 35, items: [] });
    expect(cache.missing(0, 40)).toEqual([0]);
  });

  it("does not shrink by an answer that comes late", () => {
    const cache = new LogCache();
    cache.take({ total: 50, offset: 0, items: items(0, 50) });
    cache.take({ total: 30, offset: 0, items: items(0, 30) });
    expect(cache.total).toBe(50);
    expect(cache.at(49)?.id).toBe(1_049);
  });

  it("forgets what was looked at longest ago", () => {
    const cache = new LogCache();
    const total = CHUNK * 100;
    cache.take({ total, offset: 0, items: items(0, CHUNK) });
    for (let number = 1; number < MOST_CHUNKS; number++) {
      cache.take({ total, offset: number * CHUNK, items: items(number * CHUNK, CHUNK) });
    }
    cache.missing(0, 1); // looked at: not the oldest any more
    cache.take({ total, offset: 99 * CHUNK, items: items(99 * CHUNK, CHUNK) });
    expect(cache.size).toBe(MOST_CHUNKS * CHUNK);
    expect(cache.missing(0, CHUNK)).toEqual([]);
    expect(cache.missing(CHUNK, CHUNK + 1)).toEqual([1]);
    expect(cache.placeOf(1_000 + CHUNK)).toBeUndefined();
  });
});
