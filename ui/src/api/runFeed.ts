/** The feed of runs: pages of it, how many there are, and commands about several at once. */
import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { answered, api, type Schemas } from "./client";
import type { RunFilter } from "./queries";

export type RunOutcome = Schemas["RunOutcome"];

/** By which runs are narrowed, with times as people write them; see `secondsOf`. */
export interface FeedFilter extends Omit<RunFilter, "since" | "until"> {
  since?: string;
  until?: string;
}

const PAGE = 60;
const WINDOW = /^(\d+)([hd])$/;
const UNIT_S = { h: 3_600, d: 86_400 } as const;

/** Seconds since the epoch of a time in an address: those, a date, or so long before now (`24h`). */
export function secondsOf(time: string | undefined, now: number): number | undefined {
  if (time === undefined) return undefined;
  const back = WINDOW.exec(time);
  if (back) return now - Number(back[1]) * UNIT_S[back[2] as "h" | "d"];
  const plain = Number(time);
  const at = Number.isFinite(plain) ? plain : Date.parse(time) / 1000;
  return Number.isNaN(at) ? undefined : at;
}

/** As the server takes it: a window that moves with the clock begins when it is asked for. */
function asked(filter: FeedFilter): RunFilter {
  const now = Date.now() / 1000;
  return {
    ...filter,
    since: secondsOf(filter.since, now),
    until: secondsOf(filter.until, now),
  };
}

/** Runs, newest first, a page after the other. */
export const runFeedQuery = (filter: FeedFilter) =>
  infiniteQueryOptions({
    queryKey: ["runs", "feed", filter],
    initialPageParam: null as string | null,
    queryFn: ({ signal, pageParam }) => {
      const query = { ...asked(filter), limit: PAGE, ...(pageParam ? { cursor: pageParam } : {}) };
      return answered(api.GET("/api/v1/runs", { params: { query }, signal }));
    },
    getNextPageParam: (page) => page.next,
    placeholderData: keepPreviousData,
  });

/** How many runs pass everything but the status, by status. */
export const runFeedCountsQuery = ({ status: _, ...filter }: FeedFilter) =>
  queryOptions({
    queryKey: ["runs", "feed counts", filter],
    queryFn: ({ signal }) =>
      answered(api.GET("/api/v1/runs/counts", { params: { query: asked(filter) }, signal })),
    placeholderData: keepPreviousData,
  });

/** The names of all jobs. */
export const jobNamesQuery = () =>
  queryOptions({
    queryKey: ["catalog", "job names"],
    queryFn: async ({ signal }) => {
      const { items } = await answered(api.GET("/api/v1/jobs", { signal }));
      return [...new Set(items.map((job) => job.name))].sort();
    },
  });

export const cancelRuns = async (runs: string[]): Promise<RunOutcome[]> =>
  (await answered(api.POST("/api/v1/runs/cancel", { body: { runs } }))).items;

export const retryRuns = async (runs: string[], isFromFailure: boolean): Promise<RunOutcome[]> =>
  (await answered(api.POST("/api/v1/runs/retry", { body: { runs, from_failure: isFromFailure } })))
    .items;
