/** Times and durations as text. Pure: what is preferred and what time it is come as arguments. */
import type { Preferences } from "@/settings/preferences";

/** A length of time, to two units: `340 ms`, `4.2 s`, `3 min 10 s`, `2 h 5 min`, `3 d 4 h`. */
export function duration(seconds: number): string {
  const s = Math.max(0, seconds);
  if (s < 0.9995) return `${Math.round(s * 1000)} ms`;
  if (s < 59.95) return `${s < 9.95 ? s.toFixed(1) : Math.round(s)} s`;
  const units: [number, string][] = [
    [86_400, "d"],
    [3_600, "h"],
    [60, "min"],
    [1, "s"],
  ];
  const whole = Math.round(s);
  const first = units.findIndex(([size]) => whole >= size);
  const [size, name] = units[first] ?? [1, "s"];
  const rest = whole % size;
  const [smaller, smallerName] = units[first + 1] ?? [1, "s"];
  const count = Math.floor(rest / smaller);
  return `${Math.floor(whole / size)} ${name}${count > 0 ? ` ${count} ${smallerName}` : ""}`;
}

/** How long ago, to one unit: `just now`, `4 min ago`, `in 2 h`. */
export function ago(at: number, now: number): string {
  const seconds = now - at;
  const size = Math.abs(seconds);
  if (size < 5) return "just now";
  const [unit, name] =
    size < 60
      ? [1, "s"]
      : size < 3_600
        ? [60, "min"]
        : size < 86_400
          ? [3_600, "h"]
          : [86_400, "d"];
  const text = `${Math.floor(size / unit)} ${name}`;
  return seconds >= 0 ? `${text} ago` : `in ${text}`;
}

function zone(preferences: Preferences): string | undefined {
  return preferences.timeZone === "local" ? undefined : preferences.timeZone;
}

/** Date and time: `2026-11-24 22:35:19`, in the preferred zone; milliseconds on demand. */
export function moment(at: number, preferences: Preferences, withMs = false): string {
  const parts = formatter(preferences).formatToParts(new Date(at * 1000));
  const of = (type: string) => parts.find((part) => part.type === type)?.value ?? "";
  const ms = withMs ? `.${String(Math.floor((at * 1000) % 1000)).padStart(3, "0")}` : "";
  const half = of("dayPeriod") ? ` ${of("dayPeriod")}` : "";
  const day = `${of("year")}-${of("month")}-${of("day")}`;
  return `${day} ${of("hour")}:${of("minute")}:${of("second")}${ms}${half}`;
}

/** Time of day alone, for lists whose day is clear. */
export function clock(at: number, preferences: Preferences, withMs = false): string {
  return moment(at, preferences, withMs).slice(11);
}

const formatters = new Map<string, Intl.DateTimeFormat>();

function formatter(preferences: Preferences): Intl.DateTimeFormat {
  const key = `${preferences.timeZone} ${preferences.hours}`;
  let known = formatters.get(key);
  if (known === undefined) {
    known = new Intl.DateTimeFormat("en-CA", {
      timeZone: zone(preferences),
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
      hourCycle: preferences.hours === "12" ? "h12" : "h23",
    });
    formatters.set(key, known);
  }
  return known;
}
