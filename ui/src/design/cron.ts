/** Cron strings in words, as far as they are common; others stay as they are. Pure. */

const DAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const SHORT = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
const NAMED: Readonly<Record<string, string>> = {
  "@hourly": "0 * * * *",
  "@daily": "0 0 * * *",
  "@midnight": "0 0 * * *",
  "@weekly": "0 0 * * 0",
  "@monthly": "0 0 1 * *",
  "@yearly": "0 0 1 1 *",
  "@annually": "0 0 1 1 *",
};
const WHOLE = /^\d+$/;
const STEP = /^\*\/(\d+)$/;

/** `0 6 * * 1-5` as `at 06:00, Monday to Friday`; a string that it has no words for as it is. */
export function cronText(cron: string): string {
  const plain = NAMED[cron.trim()] ?? cron.trim();
  const fields = plain.split(/\s+/);
  if (fields.length !== 5) return cron;
  const [minute = "", hour = "", day = "", month = "", weekday = ""] = fields;
  const when = daysText(day, month, weekday);
  const at = timeText(minute, hour);
  if (when === null || at === null) return cron;
  return when === "" ? at : `${at}, ${when}`;
}

function timeText(minute: string, hour: string): string | null {
  const every = STEP.exec(minute);
  if (minute === "*" && hour === "*") return "every minute";
  if (every && hour === "*") return `every ${every[1]} minutes`;
  if (!WHOLE.test(minute)) return null;
  const at = minute.padStart(2, "0");
  if (hour === "*") return at === "00" ? "every hour" : `every hour at :${at}`;
  const hours = STEP.exec(hour);
  if (hours) return at === "00" ? `every ${hours[1]} hours` : `every ${hours[1]} hours at :${at}`;
  const named = hour.split(",");
  if (!named.every((each) => WHOLE.test(each))) return null;
  return `at ${listed(named.map((each) => `${each.padStart(2, "0")}:${at}`))}`;
}

/** On which days; empty: on all of them; null: there are no words for it. */
function daysText(day: string, month: string, weekday: string): string | null {
  if (month !== "*") return null;
  if (day === "*") return weekday === "*" ? "" : weekdaysText(weekday);
  if (weekday !== "*") return null;
  if (day.toUpperCase() === "L") return "on the last day of the month";
  const days = day.split(",");
  if (!days.every((each) => WHOLE.test(each))) return null;
  return `on day ${listed(days)} of the month`;
}

function weekdaysText(field: string): string | null {
  const range = field.split("-");
  if (range.length === 2) {
    const [first, last] = range.map(weekdayOf);
    return first && last ? `${first} to ${last}` : null;
  }
  const days = field.split(",").map(weekdayOf);
  return days.every((each) => each !== undefined) ? `on ${listed(days)}` : null;
}

function weekdayOf(text: string): string | undefined {
  const place = WHOLE.test(text) ? Number(text) % 7 : SHORT.indexOf(text.toLowerCase());
  return Number(text) > 7 ? undefined : DAYS[place];
}

function listed(words: readonly string[]): string {
  if (words.length < 2) return words.join("");
  return `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}
