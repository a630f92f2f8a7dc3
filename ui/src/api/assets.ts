/** One asset: its events, and what of them is plotted. */
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { answered, api, type Schemas } from "./client";

/** As the client reads it, to which a row is a list. */
export type AssetDetail = Omit<Schemas["AssetDetail"], "standing"> & {
  standing: readonly (string | number | null)[] | null;
};
export type AssetEvent = Schemas["Event"];

const PAGE = 50;
const MOST_PLOTTED = 100;

/** Materializations and observations, newest first. */
export const assetEventsQuery = (key: string) =>
  infiniteQueryOptions({
    queryKey: ["asset", key, "events"],
    queryFn: ({ signal, pageParam }) =>
      answered(
        api.GET("/api/v1/assets/{key}/events", {
          params: {
            path: { key },
            query: { limit: PAGE, ...(pageParam === null ? {} : { before: pageParam }) },
          },
          signal,
        }),
      ),
    initialPageParam: null as number | null,
    getNextPageParam: (page) => page.next ?? null,
  });

/** The last materializations, oldest first, whose numbers are plotted. */
export const plottedEventsQuery = (key: string) =>
  queryOptions({
    queryKey: ["asset", key, "plotted"],
    queryFn: async ({ signal }) => {
      const query = { limit: MOST_PLOTTED, kind: ["ASSET_MATERIALIZATION"] };
      const told = await answered(
        api.GET("/api/v1/assets/{key}/events", { params: { path: { key }, query }, signal }),
      );
      return [...told.items].sort((one, other) => one.id - other.id);
    },
  });
