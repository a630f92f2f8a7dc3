import { describe, expect, it } from "vitest";
import { match, nameOf, type Shortcut } from "./shortcuts";

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
