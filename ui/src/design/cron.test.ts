import { expect, it } from "vitest";
import { cronText } from "./cron";

it.each([
  ["* * * * *", "every minute"],
  ["*/15 * * * *", "every 15 minutes"],
  ["0 * * * *", "every hour"],
  ["@hourly", "every hour"],
  ["30 * * * *", "every hour at :30"],
  ["0 */4 * * *", "every 4 hours"],
  ["0 0 * * *", "at 00:00"],
  ["@daily", "at 00:00"],
  ["5 6,18 * * *", "at 06:05 and 18:05"],
  ["0 6 * * 1-5", "at 06:00, Monday to Friday"],
  ["0 6 * * MON,wed,5", "at 06:00, on Monday, Wednesday and Friday"],
  ["0 6 * * 7", "at 06:00, on Sunday"],
  ["0 0 1,15 * *", "at 00:00, on day 1 and 15 of the month"],
  ["0 0 L * *", "at 00:00, on the last day of the month"],
  ["0 0 1 1 *", "0 0 1 1 *"],
  ["0 0 1 * 1", "0 0 1 * 1"],
  ["0 6 * * 9", "0 6 * * 9"],
  ["0 6 * * 5#2", "0 6 * * 5#2"],
  ["0-10 * * * *", "0-10 * * * *"],
  ["nonsense", "nonsense"],
])("%s is %s", (cron, words) => {
  expect(cronText(cron)).toBe(words);
});
