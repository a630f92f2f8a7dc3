/** The colours of a canvas, read from the page's CSS variables: ask again when the theme changes. */
import { fillOf, hues, strokeOf } from "@/design/islands";
import type { Tone } from "@/design/status";

export interface Palette {
  isDark: boolean;
  page: string;
  panel: string;
  panel2: string;
  line: string;
  lineStrong: string;
  text: string;
  text2: string;
  accent: string;
  accentSoft: string;
  tone: Record<Tone, string>;
  soft: Record<Tone, string>;
  /** A location's own colours. */
  stroke: (location: string) => string;
  fill: (location: string) => string;
}

const TONES: readonly Tone[] = ["good", "bad", "warn", "busy", "quiet"];

export function readPalette(
  element: Element,
  isDark: boolean,
  known: ReadonlyMap<string, number>,
): Palette {
  const style = getComputedStyle(element);
  const of = (name: string) => style.getPropertyValue(`--${name}`).trim() || "#888";
  const hue = (location: string) => known.get(location) ?? hues([location]).get(location) ?? 0;
  const tones = (end: string) =>
    Object.fromEntries(TONES.map((tone) => [tone, of(tone + end)])) as Record<Tone, string>;
  return {
    isDark,
    page: of("page"),
    panel: of("panel"),
    panel2: of("panel-2"),
    line: of("line"),
    lineStrong: of("line-strong"),
    text: of("text"),
    text2: of("text-2"),
    accent: of("accent"),
    accentSoft: of("accent-soft"),
    tone: tones(""),
    soft: tones("-soft"),
    stroke: (location) => strokeOf(hue(location), isDark),
    fill: (location) => fillOf(hue(location), isDark),
  };
}
