/** What the pages ask for, as options for `useQuery`. One function a subject, named by it. */
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { cache } from "./cache";
import { answered, api, type Schemas } from "./client";

export type Run = Schemas["Run"];
export type Location = Schemas["Location"];
export type CatalogAsset = Schemas["CatalogAsset"];
export type CatalogGraph = Schemas["CatalogGraph"];
export type Standing = Schemas["AssetStanding"];
export type Event = Schemas["Event"];

/** By which runs are narrowed. */
export interface RunFilter {
  status?: string[];
  job?: string;
  asset?: string;
  location?: string[];
  partition?: string;
  tag?: string[];
  /** Seconds since the epoch: had not ended before, was asked for until. */
  since?: number;
  until?: number;
  search?: string;
}

/** A page of runs, newest first. */
export const runsQuery = (filter: RunFilter, limit = 50, cursor?: string) =>
  queryOptions({
    queryKey: ["runs", "list", filter, limit, cursor ?? null],
    queryFn: ({ signal }) =>
      answered(
        api.GET("/api/v1/runs", {
          params: { query: { ...filter, limit, ...(cursor ? { cursor } : {}) } },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
  });

/** How many runs there are, by status. */
export const runCountsQuery = ({ status: _, ...filter }: RunFilter = {}) =>
  queryOptions({
    queryKey: ["runs", "counts", filter],
    queryFn: ({ signal }) =>
      answered(api.GET("/api/v1/runs/counts", { params: { query: filter }, signal })),
    placeholderData: keepPreviousData,
  });

export const runQuery = (id: string) =>
  queryOptions({
    queryKey: ["run", id, "itself"],
    queryFn: ({ signal }) =>
      answered(api.GET("/api/v1/runs/{run_id}", { params: { path: { run_id: id } }, signal })),
  });

/** All assets and jobs; the server answers 304 where nothing has changed. */
export const catalogQuery = () =>
  queryOptions({
    queryKey: ["catalog"],
    queryFn: ({ signal }) => answered(api.GET("/api/v1/catalog", { signal })),
  });

export interface Standings {
  lastEventId: number;
  /** By asset key; an asset that is not in it was never made nor asked for. */
  of: ReadonlyMap<string, Standing>;
}

/** How every asset stands; after the first time only what has changed is asked for. */
export const standingsQuery = () =>
  queryOptions({
    queryKey: ["standings"],
    queryFn: async ({ signal }): Promise<Standings> => {
      const known = cache.getQueryData<Standings>(["standings"]);
      const query = known ? { after: known.lastEventId } : {};
      const told = await answered(
        api.GET("/api/v1/catalog/standings", { params: { query }, signal }),
      );
      const of = new Map(told.is_whole ? [] : known?.of);
      const items = told.items as Record<string, Standing | null>;
      for (const [key, standing] of Object.entries(items)) {
        if (standing === null) of.delete(key);
        else of.set(key, standing);
      }
      return { lastEventId: told.last_event_id, of };
    },
    structuralSharing: false,
  });

export const assetQuery = (key: string) =>
  queryOptions({
    queryKey: ["asset", key, "itself"],
    queryFn: ({ signal }) =>
      answered(api.GET("/api/v1/assets/{key}", { params: { path: { key } }, signal })),
  });

export const locationsQuery = () =>
  queryOptions({
    queryKey: ["locations"],
    queryFn: async ({ signal }) => (await answered(api.GET("/api/v1/locations", { signal }))).items,
  });

export const locationQuery = (name: string) =>
  queryOptions({
    queryKey: ["location", name, "itself"],
    queryFn: ({ signal }) =>
      answered(api.GET("/api/v1/locations/{name}", { params: { path: { name } }, signal })),
  });

export const instanceQuery = () =>
  queryOptions({
    queryKey: ["instance"],
    queryFn: ({ signal }) => answered(api.GET("/api/v1/instance", { signal })),
  });

export const queueQuery = (limit = 100) =>
  queryOptions({
    queryKey: ["capacity", "queue", limit],
    queryFn: ({ signal }) =>
      answered(api.GET("/api/v1/queue", { params: { query: { limit } }, signal })),
  });

export const poolsQuery = () =>
  queryOptions({
    queryKey: ["capacity", "pools"],
    queryFn: async ({ signal }) => (await answered(api.GET("/api/v1/pools", { signal }))).items,
  });

export const settingsQuery = () =>
  queryOptions({
    queryKey: ["capacity", "settings"],
    queryFn: async ({ signal }) => (await answered(api.GET("/api/v1/settings", { signal }))).items,
  });
