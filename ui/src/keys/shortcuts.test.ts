import { act, createElement } from "react";
import { createRoot } from "react-dom/client";
import { describe, expect, it } from "vitest";
import { match, nameOf, onKey, type Shortcut, useShortcuts } from "./shortcuts";

const shortcut = (keys: string): Shortcut => ({ keys, about: keys, where: "here", run() {} });
const KNOWN = ["g r", "g a", "r", "/", "mod+k"].map(shortcut);

describe("shortcuts", () => {
  it("take two keys in a row before one alone", () => {
    expect(match(KNOWN, "r", "g")?.keys).toBe("g r");
    expect(match(KNOWN, "r", undefined)?.keys).toBe("r");
    expect(match(KNOWN, "r", "x")?.keys).toBe("r");
    expect(match(KNOWN, "a", undefined)).toBeUndefined();
  });

  it("are named alike on every system", () => {
    expect(nameOf(new KeyboardEvent("keydown", { key: "k", metaKey: true }))).toBe("mod+k");
    expect(nameOf(new KeyboardEvent("keydown", { key: "K", ctrlKey: true }))).toBe("mod+k");
    expect(nameOf(new KeyboardEvent("keydown", { key: "?", shiftKey: true }))).toBe("?");
  });
});

function Keys({ list }: { list: Shortcut[] }) {
  useShortcuts(list);
  return null;
}

describe("a held key", () => {
  it("is one press, and its repeats are not the browser's either", () => {
    Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });
    let runs = 0;
    const element = document.createElement("div");
    const root = createRoot(element);
    const list = [{ ...shortcut("mod+Enter"), run: () => void runs++ }];
    act(() => root.render(createElement(Keys, { list })));
    const press = (repeat: boolean) => {
      const event = new KeyboardEvent("keydown", {
        ...{ key: "Enter", ctrlKey: true, cancelable: true, repeat },
      });
      onKey(event);
      return event.defaultPrevented;
    };
    expect([press(false), press(true), press(true)]).toEqual([true, true, true]);
    expect(runs).toBe(1);
    act(() => root.unmount());
  });
});
