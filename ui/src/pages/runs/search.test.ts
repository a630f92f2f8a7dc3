import { describe, expect, it } from "vitest";
import { secondsOf } from "@/api/runFeed";
import { countOf, read, TABS, tabOf } from "./search";

const tab = (name: string) => TABS.find((each) => each.name === name) as (typeof TABS)[number];

describe("the address of the feed", () => {
  it("keeps what it knows, as lists where there may be several", () => {
    const found = read({ status: "FAILURE", tag: ["a=1", "b=2"], since: "24h", other: "x" });
    expect(found).toMatchObject({ status: ["FAILURE"], tag: ["a=1", "b=2"], since: "24h" });
    expect(found).not.toHaveProperty("other");
  });

  it("names a tab by its statuses, in whatever order", () => {
    expect(tabOf(undefined)?.name).toBe("All");
    expect(tabOf(["CANCELING", "STARTED", "STARTING"])?.name).toBe("In progress");
    expect(tabOf(["FAILURE", "CANCELED"])).toBeUndefined();
  });
});

describe("counts", () => {
  it("are exact until counting stopped", () => {
    const told = { most: 1_000, counts: { SUCCESS: 1_000, FAILURE: 12, STARTED: 3 } };
    expect(countOf(tab("Failed"), told)).toBe("12");
    expect(countOf(tab("Queued"), told)).toBe("0");
    expect(countOf(tab("Succeeded"), told)).toBe("1,000+");
    expect(countOf(tab("All"), told)).toBe("1,000+");
  });
});

describe("windows of time", () => {
  it("are so long before now, or begin at a moment", () => {
    expect(secondsOf("1h", 10_000)).toBe(6_400);
    expect(secondsOf("7d", 700_000)).toBe(95_200);
    expect(secondsOf("1970-01-01T00:01:00Z", 0)).toBe(60);
    expect(secondsOf("1795559719.5", 0)).toBe(1_795_559_719.5);
    expect(secondsOf("soon", 0)).toBeUndefined();
    expect(secondsOf(undefined, 0)).toBeUndefined();
  });
});
