/**
 * What the pages know of the server: one cache, kept fresh by what `Live` hears.
 *
 * The first word of a query's key says what it is about, and thereby when it is asked again:
 * `runs` (lists and counts), `run` and an id, `catalog`, `standings`, `asset` and a key,
 * `locations`, `location` and a name, `capacity` (settings, pools, queue), `instance`.
 */
import { QueryClient } from "@tanstack/react-query";
import { ApiProblem } from "./client";
import { type Changes, Live } from "./live";

const MOST_TRIES = 3;

export const cache = new QueryClient({
  defaultOptions: {
    queries: {
      // Nothing grows stale by itself: the stream says what has changed.
      staleTime: Number.POSITIVE_INFINITY,
      gcTime: 5 * 60_000,
      refetchOnWindowFocus: false,
      retry: (count, error) => !(error instanceof ApiProblem) && count < MOST_TRIES,
      retryDelay: 700,
    },
  },
});

/** Ask again for what the message says has changed, as far as it is on screen. */
export function takeUp(changes: Changes): void {
  const { runs, assets } = changes;
  if (runs === null || runs.length > 0) void again("runs");
  if (runs === null) {
    // More than can be named, or runs were erased: whatever counts them has changed as well.
    void again("run");
    void again("instance");
  }
  for (const id of runs ?? []) void again("run", id);
  if (changes.has_new_catalog) void again("catalog");
  if (changes.has_new_catalog || assets === null || assets.length > 0) void again("standings");
  if (changes.has_new_catalog || assets === null) void again("asset");
  else for (const key of assets) void again("asset", key);
  if (changes.locations) {
    void again("locations");
    void again("location");
    void again("instance");
  }
  if (changes.capacity || runs === null || runs.length > 0) void again("capacity");
}

/** Ask again for all that is on screen. */
export function askAgain(): void {
  void cache.invalidateQueries();
}

function again(...key: string[]): Promise<void> {
  // A request that is under way is let finish and followed by another one: a page that changes
  // four times a second would otherwise cancel each answer before it comes.
  return cache.invalidateQueries({ queryKey: key }, { cancelRefetch: false }).then(() => undefined);
}

export const live = new Live(takeUp, askAgain);
