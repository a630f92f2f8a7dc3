/** What the address of this page says beside its path: by what runs are narrowed. */
import { list, text } from "@/app/address";

export interface Search {
  status?: string[];
  job?: string;
  asset?: string;
  location?: string[];
  partition?: string;
  /** `NAME=VALUE`. */
  tag?: string[];
  /** `1h`, `24h`, `7d`: a window that moves with the clock; or a date and time. */
  since?: string;
  until?: string;
  /** The beginning of an id, or a part of a job's name. */
  search?: string;
}

export function read(raw: Record<string, unknown>): Search {
  return {
    status: list(raw.status),
    job: text(raw.job),
    asset: text(raw.asset),
    location: list(raw.location),
    partition: text(raw.partition),
    tag: list(raw.tag),
    since: text(raw.since),
    until: text(raw.until),
    search: text(raw.search),
  };
}

export interface Tab {
  name: string;
  /** The statuses that it holds; empty: all. */
  statuses: readonly string[];
}

export const TABS: readonly Tab[] = [
  { name: "All", statuses: [] },
  { name: "Queued", statuses: ["QUEUED"] },
  { name: "In progress", statuses: ["STARTING", "STARTED", "CANCELING"] },
  { name: "Failed", statuses: ["FAILURE"] },
  { name: "Succeeded", statuses: ["SUCCESS"] },
  { name: "Canceled", statuses: ["CANCELED"] },
];

/** The tab whose statuses these are, in whatever order; none for another choice. */
export function tabOf(statuses: readonly string[] | undefined): Tab | undefined {
  const asked = new Set(statuses);
  return TABS.find(
    (tab) => tab.statuses.length === asked.size && tab.statuses.every((each) => asked.has(each)),
  );
}

/** How many runs a tab holds, as text: `12`, `1,000+` where counting stopped. */
export function countOf(
  tab: Tab,
  told: { most: number; counts: Readonly<Record<string, number>> },
): string {
  const statuses = tab.statuses.length > 0 ? tab.statuses : Object.keys(told.counts);
  const numbers = statuses.map((status) => told.counts[status] ?? 0);
  const sum = numbers.reduce((total, each) => total + each, 0);
  const isCut = numbers.some((each) => each >= told.most);
  return `${(isCut ? Math.max(told.most, Math.floor(sum / told.most) * told.most) : sum).toLocaleString("en")}${isCut ? "+" : ""}`;
}
