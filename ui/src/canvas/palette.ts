/** The page's colours for canvases, read from its CSS variables. */
import type { Tone } from "@/design/status";

export interface Palette {
  text: string;
  text2: string;
  line: string;
  lineStrong: string;
  panel: string;
  panel2: string;
  accent: string;
  accentSoft: string;
  tone: Record<Tone, string>;
  soft: Record<Tone, string>;
}

const TONES: readonly Tone[] = ["good", "bad", "warn", "busy", "quiet"];

/** The colours as they are now; ask again when the theme changes. */
export function palette(): Palette {
  const style = getComputedStyle(document.documentElement);
  const of = (name: string) => style.getPropertyValue(`--${name}`).trim();
  const each = (suffix: string) =>
    Object.fromEntries(TONES.map((tone) => [tone, of(tone + suffix)])) as Record<Tone, string>;
  return {
    text: of("text"),
    text2: of("text-2"),
    line: of("line"),
    lineStrong: of("line-strong"),
    panel: of("panel"),
    panel2: of("panel-2"),
    accent: of("accent"),
    accentSoft: of("accent-soft"),
    tone: each(""),
    soft: each("-soft"),
  };
}
