import { describe, expect, it } from "vitest";
import { among, flag, list, parseSearch, stringifySearch, text, whole } from "./address";

describe("the query of the address", () => {
  it("is plain names and values, repeated for lists", () => {
    const search = {
      status: ["FAILURE", "CANCELED"],
      job: "nightly",
      asset: undefined,
      open: true,
    };
    const written = stringifySearch(search);
    expect(written).toBe("?status=FAILURE&status=CANCELED&job=nightly&open=true");
    expect(parseSearch(written)).toEqual({
      status: ["FAILURE", "CANCELED"],
      job: "nightly",
      open: "true",
    });
  });

  it("survives values with any characters", () => {
    const search = { q: 'a&b=c "é/#?' };
    expect(parseSearch(stringifySearch(search))).toEqual(search);
  });

  it("is read by what is expected, whatever it holds", () => {
    expect(list("one")).toEqual(["one"]);
    expect(text(["first", "second"])).toBe("first");
    expect(whole("12")).toBe(12);
    expect(whole("twelve")).toBeUndefined();
    expect(whole("")).toBeUndefined();
    expect(flag("1")).toBe(true);
    expect(among("sideways", ["up", "down"])).toBeUndefined();
  });
});
