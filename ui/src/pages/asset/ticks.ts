/** What stands below the axis of time. Pure. */
import { moment } from "@/design/time";
import type { Preferences } from "@/settings/preferences";

const [MINUTE_S, DAY_S] = [60, 86_400];

/** The time of each tick, as exact as they are apart; the day below the first one of each day. */
export function ticks(at: readonly number[], apartS: number, preferred: Preferences): string[] {
  let before = "";
  return at.map((each) => {
    const [date = "", clock = "", half] = moment(each, preferred).split(" ");
    if (apartS >= DAY_S) return date.slice(apartS >= 365 * DAY_S ? 0 : 5);
    const time = [apartS < MINUTE_S ? clock : clock.slice(0, 5), half].filter(Boolean).join(" ");
    const told = date === before ? time : `${time}\n${date.slice(5)}`;
    before = date;
    return told;
  });
}
