import { describe, expect, it } from "vitest";
import { addressOf, keyOf, splatOf } from "./assetAddress";

describe("the address of an asset", () => {
  it.each([
    ["sales/orders", "sales/orders"],
    ["a/./b", "a/~./b"],
    ["../b", "~../b"],
    ["~../~.", "~~../~~."],
    ["~/~home/...", "~/~home/..."],
    ["über/a b?#%2E", "über/a b?#%2E"],
  ])("of %s has no part that a browser resolves, and leads back", (key, splat) => {
    expect(splatOf(key)).toBe(splat);
    expect(keyOf(splat)).toBe(key);
    const path = new URL(addressOf(key), "http://host").pathname;
    expect(keyOf(decodeURIComponent(path.slice("/assets/".length)))).toBe(key);
  });
});
