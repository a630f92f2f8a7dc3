import { expect, it } from "vitest";
import { shortId } from "./runs";

it("tells apart runs of the same millisecond", () => {
  expect(shortId("01a21015-56ad-7000-8000-0123456b9c1f")).toBe("01a21015-56ad…9c1f");
  expect(shortId("a-short-name")).toBe("a-short-name");
});
