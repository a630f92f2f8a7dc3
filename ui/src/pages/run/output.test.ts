import { describe, expect, it } from "vitest";
import { MOST_CHARS, OutputBuffer } from "./OutputBuffer";
import { readOn } from "./output";

/** A file that is told in pieces of a size, as the server does. */
function file(text: () => string, most: number) {
  const asked: number[] = [];
  const read = async (offset: number) => {
    asked.push(offset);
    const piece = text().slice(offset, offset + most);
    const next_offset = offset + piece.length;
    return { text: piece, next_offset, size: text().length, is_complete: true };
  };
  return { asked, read };
}

const linesOf = (buffer: OutputBuffer) =>
  buffer.lines.map((line) => line.map((piece) => piece.text).join(""));

describe("reading on", () => {
  it("reads piece by piece, and later only what is new", async () => {
    let text = "one\ntwo\n";
    const { asked, read } = file(() => text, 3);
    const buffer = new OutputBuffer();
    await readOn(buffer, read);
    expect(linesOf(buffer)).toEqual(["one", "two"]);
    text += "three\n";
    asked.length = 0;
    await readOn(buffer, read);
    expect(asked[0]).toBe(8);
    expect(linesOf(buffer)).toEqual(["one", "two", "three"]);
  });

  it("passes over the beginning of what is long", async () => {
    const text = `${"x".repeat(99)}\n`.repeat(100_000);
    const { asked, read } = file(() => text, 500_000);
    const buffer = new OutputBuffer();
    await readOn(buffer, read);
    expect(asked.slice(0, 2)).toEqual([0, text.length - MOST_CHARS]);
    expect(asked.length).toBeLessThan(8);
    expect(buffer.isCut).toBe(true);
    expect(buffer.size).toBe(text.length);
  });

  it("stops where a character is not written to its end yet", async () => {
    const buffer = new OutputBuffer();
    const stuck = { text: "", next_offset: 0, size: 1, is_complete: false };
    expect(await readOn(buffer, async () => stuck)).toBe(false);
  });
});
