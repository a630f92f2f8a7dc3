/**
 * What a step has written, as lines of coloured text: the last two million characters of it. Pure.
 *
 * Text comes in pieces that end anywhere: within a line, within an escape sequence.
 */
import Anser from "anser";

export const MOST_CHARS = 2_000_000;

export interface Piece {
  text: string;
  /** Names of classes for colours and decorations. */
  classes: readonly string[];
  /** Colours outside the sixteen, as `r, g, b`. */
  colour: string | null;
  ground: string | null;
}

export type Line = readonly Piece[];

const ESC = "\u001b";
const BEL = "\u0007";
/** A code that changes nothing: makes text that follows take the colours as they are. */
const AS_IT_IS = `${ESC}[999m`;
/** Sequences that are not about colours: cursor, title, character set. */
const NO_COLOUR = new RegExp(
  `${ESC}(?:\\[[!-?]*[\\d;]*[ -/]*[@-ln-~]|\\][^${BEL}${ESC}]*(?:${BEL}|${ESC}\\\\)|[()][A-Z0-9])`,
  "g",
);
const UNFINISHED = new RegExp(`${ESC}(?:\\[[!-?]*[\\d;]*|\\][^${BEL}${ESC}]{0,500})?$`);

export class OutputBuffer {
  /** Where to go on reading, in bytes. */
  nextOffset = 0;
  /** How much there is, in bytes. */
  size = 0;
  /** Whether the beginning was left out or dropped. */
  isCut = false;
  private readonly kept: Piece[][] = [[]];
  private readonly colours = new Anser();
  private rest = "";
  private chars = 0;
  /** A carriage return has been seen: what comes next takes the line's place. */
  private overwrites = false;

  /** All lines; a last one that is empty is none. */
  get lines(): readonly Line[] {
    return this.kept.at(-1)?.length === 0 ? this.kept.slice(0, -1) : this.kept;
  }

  append(text: string): void {
    const whole = (this.rest + text).replaceAll("\r\n", "\n");
    const cut = UNFINISHED.exec(whole);
    this.rest = cut ? whole.slice(cut.index) : whole.endsWith("\r") ? "\r" : "";
    const known = whole.slice(0, whole.length - this.rest.length).replace(NO_COLOUR, "");
    const options = { json: true, use_classes: true, remove_empty: true } as const;
    for (const entry of this.colours.ansiToJson(AS_IT_IS + known, options)) {
      const of = styleOf(entry);
      entry.content.split("\n").forEach((part, i) => {
        if (i > 0) this.newLine();
        this.write(part, of);
      });
    }
    this.trim();
  }

  private newLine(): void {
    this.kept.push([]);
    this.overwrites = false;
    this.chars++;
  }

  private write(text: string, of: Omit<Piece, "text">): void {
    const parts = text.split("\r");
    parts.forEach((part, i) => {
      if (i > 0) this.overwrites = true;
      if (part === "") return;
      const line = this.kept.at(-1) as Piece[];
      if (this.overwrites) {
        for (const piece of line) this.chars -= piece.text.length;
        line.length = 0;
        this.overwrites = false;
      }
      line.push({ text: part, ...of });
      this.chars += part.length;
    });
  }

  private trim(): void {
    let dropped = 0;
    while (this.chars > MOST_CHARS && dropped < this.kept.length - 1) {
      for (const piece of this.kept[dropped] ?? []) this.chars -= piece.text.length;
      this.chars--;
      dropped++;
    }
    if (dropped > 0) this.isCut = true;
    this.kept.splice(0, dropped);
  }
}

function styleOf(entry: Anser.AnserJsonEntry): Omit<Piece, "text"> {
  const [fg, bg] = [entry.fg, entry.bg];
  const classes = new Set<string>(entry.decorations);
  const isNamed = (name: string | null) => name?.startsWith("ansi-") && !/palette|true/.test(name);
  if (isNamed(fg)) classes.add(fg.slice("ansi-".length));
  if (isNamed(bg)) classes.add(`on-${bg.slice("ansi-".length)}`);
  return {
    classes: [...classes],
    colour: isNamed(fg) ? null : rgb(fg, entry.fg_truecolor),
    ground: isNamed(bg) ? null : rgb(bg, entry.bg_truecolor),
  };
}

function rgb(name: string | null, truecolor: string | null): string | null {
  if (truecolor) return truecolor;
  const number = Number(name?.match(/^ansi-palette-(\d+)$/)?.[1] ?? Number.NaN);
  if (Number.isNaN(number)) return null;
  if (number >= 232) {
    const grey = 8 + (number - 232) * 10;
    return `${grey}, ${grey}, ${grey}`;
  }
  const level = (each: number) => (each === 0 ? 0 : 55 + each * 40);
  const of = number - 16;
  return [Math.floor(of / 36), Math.floor(of / 6) % 6, of % 6].map(level).join(", ");
}
