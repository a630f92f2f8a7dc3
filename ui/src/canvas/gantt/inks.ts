/** With what the bars of a Gantt are painted: the colour of their location, and a pattern for what they do. */
import { fillOf, strokeOf } from "@/design/islands";

/** What bars of a location are filled with: waiting and starting as patterns, running solid. */
export interface Ink {
  solid: string;
  soft: string;
  stripes: CanvasPattern | string;
}

/** Inks by location, made once for a theme. */
export class Inks {
  private readonly known = new Map<string, Ink>();

  constructor(
    private readonly hues: ReadonlyMap<string, number>,
    private readonly isDark: boolean,
  ) {}

  of(location: string): Ink {
    let ink = this.known.get(location);
    if (ink === undefined) {
      const hue = this.hues.get(location) ?? 200;
      const solid = strokeOf(hue, this.isDark);
      const soft = fillOf(hue, this.isDark);
      ink = { solid, soft, stripes: stripes(soft, solid) ?? soft };
      this.known.set(location, ink);
    }
    return ink;
  }
}

/** Diagonal stripes of one colour on another. */
function stripes(ground: string, line: string): CanvasPattern | null {
  const tile = document.createElement("canvas");
  tile.width = tile.height = 8;
  const ink = tile.getContext("2d");
  if (ink === null) return null;
  ink.fillStyle = ground;
  ink.fillRect(0, 0, 8, 8);
  ink.strokeStyle = line;
  ink.lineWidth = 1.6;
  ink.beginPath();
  for (const x of [-8, 0, 8]) {
    ink.moveTo(x - 1, 9);
    ink.lineTo(x + 9, -1);
  }
  ink.stroke();
  return ink.createPattern(tile, "repeat");
}
