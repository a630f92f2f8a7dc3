/** Where the marks of a time axis lie, and what they say. Pure. */
import { clock, moment } from "@/design/time";
import type { Preferences } from "@/settings/preferences";

/** Steps between marks in seconds: what people count in. */
const STEPS = [
  1, 5, 15, 30, 60, 300, 900, 1_800, 3_600, 7_200, 14_400, 21_600, 43_200, 86_400, 172_800, 604_800,
];

export interface Tick {
  at: number;
  label: string;
  /** Whether a day begins here, in the preferred zone. */
  isDay: boolean;
}

/**
 * Marks between two instants, ascending, on whole steps of the preferred zone.
 *
 * @param most how many there is room for, at least 1.
 */
export function ticks(from: number, to: number, most: number, preferred: Preferences): Tick[] {
  const step = STEPS.find((each) => (to - from) / each <= most) ?? 604_800;
  const shift = offset(from, preferred);
  const found: Tick[] = [];
  for (let local = Math.ceil((from + shift) / step) * step; ; local += step) {
    // The zone may change its offset within the window: then the marks follow it.
    const at = local - offset(local - shift, preferred);
    if (at > to) return found;
    if (at < from) continue;
    const isDay = local % 86_400 === 0;
    found.push({ at, isDay, label: label(at, step, isDay, preferred) });
  }
}

function label(at: number, step: number, isDay: boolean, preferred: Preferences): string {
  if (isDay || step >= 86_400) return moment(at, preferred).slice(5, 10);
  const time = clock(at, preferred);
  if (step < 60) return time;
  return preferred.hours === "12" ? time.replace(/:\d\d /, " ") : time.slice(0, 5);
}

/** Seconds by which the preferred zone is ahead of UTC at an instant. */
function offset(at: number, preferred: Preferences): number {
  const told = moment(at, { ...preferred, hours: "24" });
  return Math.round(Date.parse(`${told.replace(" ", "T")}Z`) / 1000 - at);
}
