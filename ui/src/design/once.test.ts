import { describe, expect, it } from "vitest";
import { APART_MS, Once } from "./once";

function clocked() {
  const clock = { now: 0 };
  const once = new Once(() => clock.now);
  let done = 0;
  const press = (work: () => Promise<unknown> = async () => {}) =>
    once.run(async () => {
      done++;
      await work();
    });
  return { clock, press, done: () => done };
}

describe("something done once", () => {
  it("is not done again before it is answered", async () => {
    const { clock, press, done } = clocked();
    let answer = () => {};
    const first = press(() => new Promise<void>((resolve) => (answer = resolve)));
    clock.now += 10 * APART_MS;
    await press();
    expect(done()).toBe(1);
    answer();
    await first;
    clock.now += APART_MS;
    await press();
    expect(done()).toBe(2);
  });

  it("is not done again by the same press, however quick the answer", async () => {
    const { clock, press, done } = clocked();
    for (let at = 0; at < 100; at++) {
      await press();
      clock.now += 33;
    }
    expect(done()).toBe(1);
    clock.now += APART_MS;
    await press();
    expect(done()).toBe(2);
  });

  it("may be tried again when it was refused", async () => {
    const { clock, press, done } = clocked();
    await expect(press(() => Promise.reject(new Error("no")))).rejects.toThrow("no");
    clock.now += APART_MS;
    await press();
    expect(done()).toBe(2);
  });
});
