import { expect, it } from "vitest";
import { around, quoted } from "./selection";

it.each([
  ["sales/orders", "sales/orders"],
  ["v2.x-y@z", "v2.x-y@z"],
  ["café", '"café"'],
  ["not", '"not"'],
  ["2024", '"2024"'],
  ["a b", '"a b"'],
  ['say "hi"\\', '"say \\"hi\\"\\\\"'],
  ["a+", '"a+"'],
])("%s is written %s", (name, written) => {
  expect(quoted(name)).toBe(written);
});

it("goes up and down from an asset", () => {
  expect([around("a", true, false), around("a b", false, true)]).toEqual(["+a", '"a b"+']);
});
