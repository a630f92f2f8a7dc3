/** Partitions of assets and jobs: how they stand, and which there are. */
import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { answered, api, type Schemas } from "./client";

/** As the client reads it, to which a pair is a list. */
export type Partition = Omit<Schemas["Partition"], "window"> & {
  window: readonly number[] | null;
};
export type PartitionSpace = Schemas["PartitionSpace"];
/** Partitions that stand alike and follow each other: status, start, stop, first and last key. */
export type PartitionSpan = readonly [string, number, number, string, string];
export type PartitionsAsTheyStand = Omit<Schemas["PartitionsAsTheyStand"], "spans"> & {
  spans: readonly PartitionSpan[];
};

/** Whose partitions: an asset's, or a job's. */
export type Owner = { asset: string } | { job: string; location?: string };

/** By which keys are narrowed. */
export interface KeyFilter {
  status?: string[];
  search?: string;
  order?: "ascending" | "descending";
}

const PAGE = 100;

/** Those of an asset are asked for again when it changes, those of a job when the catalog does. */
const keyOf = (owner: Owner) =>
  "asset" in owner
    ? ["asset", owner.asset, "partitions"]
    : ["catalog", "partitions", owner.job, owner.location ?? null];

export const partitionsQuery = (owner: Owner) =>
  queryOptions({
    queryKey: [...keyOf(owner), "as they stand"],
    queryFn: async ({ signal }) =>
      (await answered(
        api.GET("/api/v1/partitions", { params: { query: owner }, signal }),
      )) as unknown as PartitionsAsTheyStand,
  });

/** Keys in order, a page after the other. */
export const partitionKeysQuery = (owner: Owner, filter: KeyFilter, limit = PAGE) =>
  infiniteQueryOptions({
    queryKey: [...keyOf(owner), "keys", filter, limit],
    initialPageParam: null as string | null,
    queryFn: ({ signal, pageParam }) => {
      const query = { ...owner, ...filter, limit, ...(pageParam ? { cursor: pageParam } : {}) };
      return answered(api.GET("/api/v1/partitions/keys", { params: { query }, signal }));
    },
    getNextPageParam: (page) => page.next,
    placeholderData: keepPreviousData,
  });

/** One partition of an asset, with the metadata of what was last made of it. */
export const partitionQuery = (asset: string, partition: string) =>
  queryOptions({
    queryKey: ["asset", asset, "partitions", "one", partition],
    queryFn: ({ signal }) =>
      answered(
        api.GET("/api/v1/partitions/one", { params: { query: { asset, partition } }, signal }),
      ),
  });
