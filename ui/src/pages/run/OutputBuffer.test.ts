import { describe, expect, it } from "vitest";
import { MOST_CHARS, OutputBuffer } from "./OutputBuffer";

const ESC = "\u001b[";
const texts = (buffer: OutputBuffer) =>
  buffer.lines.map((line) => line.map((piece) => piece.text).join(""));
const classes = (buffer: OutputBuffer, line: number) =>
  buffer.lines[line]?.map((piece) => [piece.text, piece.classes.join(" ")]);

function bufferOf(...pieces: string[]): OutputBuffer {
  const buffer = new OutputBuffer();
  for (const piece of pieces) buffer.append(piece);
  return buffer;
}

describe("output", () => {
  it("is lines, wherever its pieces end", () => {
    expect(texts(bufferOf("a\nb", "c\r", "\nd\n"))).toEqual(["a", "bc", "d"]);
    expect(texts(bufferOf(""))).toEqual([]);
    expect(texts(bufferOf("a\n\nb"))).toEqual(["a", "", "b"]);
  });

  it("keeps its colours over lines and pieces", () => {
    const buffer = bufferOf(`${ESC}31mred\nstill`, ` red${ESC}0m plain ${ESC}1;42mon green`);
    expect(classes(buffer, 0)).toEqual([["red", "red"]]);
    expect(classes(buffer, 1)).toEqual([
      ["still", "red"],
      [" red", "red"],
      [" plain ", ""],
      ["on green", "bold on-green"],
    ]);
  });

  it("puts sequences together that were torn apart", () => {
    const buffer = bufferOf(`a${ESC}3`, "1mb\u001b", "[0mc");
    expect(classes(buffer, 0)).toEqual([
      ["a", ""],
      ["b", "red"],
      ["c", ""],
    ]);
  });

  it("knows more colours than sixteen", () => {
    const [pieces] = bufferOf(`${ESC}38;5;208morange${ESC}48;2;1;2;3mground`).lines;
    expect(pieces?.map(({ colour, ground }) => [colour, ground])).toEqual([
      ["255, 135, 0", null],
      ["255, 135, 0", "1, 2, 3"],
    ]);
  });

  it("shows the latest state of a line that is written over, and no cursor codes", () => {
    expect(texts(bufferOf("10 %\r50 %\r", "90 %"))).toEqual(["90 %"]);
    expect(texts(bufferOf("10 %\r50 %\r"))).toEqual(["50 %"]);
    expect(texts(bufferOf(`${ESC}2K${ESC}1Aa\u001b]0;title\u0007b`))).toEqual(["ab"]);
  });

  it("is plain text, whatever it holds", () => {
    expect(texts(bufferOf("<b onclick=x>&amp;"))).toEqual(["<b onclick=x>&amp;"]);
  });

  it("keeps the end where there is too much", () => {
    const line = `${"x".repeat(999)}\n`;
    const buffer = bufferOf(line.repeat(1_500), line.repeat(1_500), "end");
    expect(buffer.isCut).toBe(true);
    expect(texts(buffer).at(-1)).toBe("end");
    expect(buffer.lines.length).toBeLessThanOrEqual(MOST_CHARS / 1_000 + 1);
  });
});
